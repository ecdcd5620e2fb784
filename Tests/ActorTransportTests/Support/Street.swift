import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Shedding
import Synchronization

/// Servers and callers on the loopback, for the length of one test.
final class Street: Sendable {
    static let keys = ServiceKeys([ServiceKeys.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])

    let group = MultiThreadedEventLoopGroup.singleton
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let client: HTTPClient
    private let servers = Mutex<[HTTPServer]>([])
    private let channels = Mutex<[any Channel]>([])

    private init() {
        client = HTTPClient(group: group, logger: logger)
    }

    static func with<Value>(_ body: (Street) async throws -> Value) async throws -> Value {
        let street = Street()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(street))
        } catch {
            result = .failure(error)
        }
        street.client.shutdown()
        for server in street.servers.withLock({ $0 }) { await server.shutdown() }
        for channel in street.channels.withLock({ $0 }) { try? await channel.close() }
        return try result.get()
    }

    // MARK: Peers

    /// A peer that answers as a handler says.
    func peer(_ handler: @escaping RequestHandler) async throws -> Endpoint {
        try await peer { HTTPServer(settings: $0, logger: logger, handler: handler) }
    }

    private func peer(_ makeServer: (HTTPServerSettings) -> HTTPServer) async throws -> Endpoint {
        var settings = HTTPServerSettings.internalListener
        settings.bodyBytesMax = 16_777_216
        let server = makeServer(settings)
        servers.withLock { $0.append(server) }
        return Endpoint(host: "127.0.0.1", port: try await server.start(on: group, host: "127.0.0.1", port: 0))
    }

    /// A replica that hosts a shelf.
    func replica(
        keys: ServiceKeys = Street.keys, next: ServiceActorSystem? = nil, intake: Intake? = nil,
        _ answer: @escaping @Sendable (TakeRequest) async throws -> TakeAnswer = { _ in .taken(left: 1) }
    ) async throws -> (endpoint: Endpoint, visits: Shelf.Visits) {
        let coding = FoundationCoding()
        let visits = Shelf.Visits()
        let shelf = Shelf(
            system: ServiceActorSystem(coding: coding, caller: nil), next: next, visits: visits, answer: answer)
        var calls = InboundCalls(coding: coding, keys: keys, intake: intake, logger: logger)
        calls.host(.shelf(of: Shelf.self)) { name in name == "nobody" ? nil : shelf }
        var table = RouteTable()
        calls.register(in: &table)
        return (try await peer { HTTPServer(settings: $0, logger: logger, routes: table) }, visits)
    }

    /// An address where nobody listens: bound, so that nobody else takes it, and closed again.
    func nobody() async throws -> Endpoint {
        let channel = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return Endpoint(host: "127.0.0.1", port: port)
    }

    /// A peer that greets in HTTP/2 and hangs up when it has a whole request.
    func breaker(counting requests: HangUp.Count) async throws -> Endpoint {
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { $0.pipeline.addHandler(HangUp(requests)) }
            .bind(host: "127.0.0.1", port: 0).get()
        channels.withLock { $0.append(channel) }
        return Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
    }

    // MARK: Callers

    /// A system that calls the replicas of a directory.
    func system(
        _ directory: ReplicaDirectory, keys: ServiceKeys = Street.keys,
        _ adjust: (inout OutboundCalls.Settings) -> Void = { _ in }
    ) -> ServiceActorSystem {
        var settings = OutboundCalls.Settings()
        settings.pauseBetweenRounds = .milliseconds(1)
        adjust(&settings)
        return ServiceActorSystem(
            coding: FoundationCoding(),
            caller: OutboundCalls(
                client: client, service: "tester", keys: keys, coding: FoundationCoding(),
                directories: ["shelf": directory], settings: settings, logger: logger))
    }

    /// The shelf of a name as a caller finds it.
    func shelf(_ system: ServiceActorSystem, named name: String = "one") throws -> $ShelfContract {
        try $ShelfContract.resolve(id: ActorAddress(contract: "shelf", name: name), using: system)
    }

    /// A call by hand, for callers that don't keep to the rules.
    func post(
        _ path: String, to endpoint: Endpoint, credential: String?, deadline: String? = nil,
        body: [UInt8] = Array(#"{"item":"a","hops":0}"#.utf8)
    ) async throws -> (status: Int, failure: CallFailure?) {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let credential { fields[CallHeaders.credential] = credential }
        if let deadline { fields[HTTPField.Name("call-deadline-milliseconds")!] = deadline }
        let response = try await client.execute(
            ClientRequest(method: .post, path: path, headerFields: fields, body: ByteBuffer(bytes: body)),
            to: endpoint, deadline: .now + .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1_000_000).readableBytesView)
        return (response.status.code, try? FoundationCoding().decode(CallFailure.self, from: bytes))
    }
}

/// How a call failed; nil when it did not, or not with a `CallFailure`.
func callFailure(_ call: () async throws -> TakeAnswer) async -> CallFailure? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? CallFailure
    }
}
