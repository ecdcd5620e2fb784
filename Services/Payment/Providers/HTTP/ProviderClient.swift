import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Calls a provider over HTTPS, with a deadline for each call and bounded answers. It never repeats a call by itself:
/// whoever asks knows by which key.
struct ProviderClient: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// How long one call may take, in milliseconds.
        var callMilliseconds: Int64 = 8_000
        /// How long a connection may take to open, in milliseconds.
        var connectMilliseconds: Int64 = 3_000
        /// Bytes of an answer.
        var bodyBytesMax = 1_048_576
        /// Connections to the provider.
        var connectionsMax = 64
    }

    private let client: HTTPClient
    private let settings: Settings

    init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, settings: Settings = Settings()) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .milliseconds(settings.connectMilliseconds)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connectionsMax
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        self.settings = settings
    }

    /// Sends a request; the failure names neither secrets nor bodies.
    func send(
        _ request: ProviderRequest, deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> ProviderReply {
        var outbound = HTTPClientRequest(url: request.url)
        outbound.method = request.method == .get ? .GET : .POST
        for (name, value) in request.headers { outbound.headers.add(name: name, value: value) }
        if let body = request.body { outbound.body = .bytes(ByteBuffer(bytes: body)) }
        let left = deadline.map { $0 - .now } ?? .milliseconds(settings.callMilliseconds)
        let time = min(Self.milliseconds(left), settings.callMilliseconds)
        guard time > 0 else { throw ProviderFailure("no time is left for the call") }
        do {
            return try await reply(to: outbound, milliseconds: time)
        } catch {
            throw ProviderFailure("\(request.purpose): \(error)")
        }
    }

    /// The answer with all of its body; what takes longer, even byte by byte, is given up.
    private func reply(to request: HTTPClientRequest, milliseconds: Int64) async throws -> ProviderReply {
        try await withThrowingTaskGroup(of: ProviderReply?.self) { group in
            group.addTask {
                let response = try await client.execute(request, timeout: .milliseconds(milliseconds))
                let body = try await response.body.collect(upTo: settings.bodyBytesMax)
                return ProviderReply(
                    status: Int(response.status.code), body: Array(body.readableBytesView),
                    isRepeated: response.headers.first(name: "Idempotent-Replayed") == "true")
            }
            group.addTask {
                try await Task.sleep(for: .milliseconds(milliseconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() ?? nil else { throw ProviderFailure("no answer in time") }
            return reply
        }
    }

    /// Closes its connections.
    func shutdown() async {
        try? await client.shutdown()
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}
