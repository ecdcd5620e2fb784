import HTTP2
import HTTPTypes
public import Logging
public import NIOCore

/// Delivers a stand-in's messages to the merchant, each until it is taken.
public struct StandInDelivery: Sendable {
    private struct Waiting {
        let event: StandInEvent
        var triesLeft = StandInDelivery.triesMax
    }

    private static let triesMax = 20
    private static let pauseMilliseconds = 250
    private static let deliverySeconds = 5

    private let client: HTTPClient
    private let receiver: Endpoint
    private let path: String
    private let take: @Sendable () async -> [StandInEvent]
    private let proof: @Sendable (_ body: [UInt8], _ seconds: Int64) -> (name: String, value: String)?
    private let logger: Logger

    /// - Parameters:
    ///   - take: the messages that nobody was told yet.
    ///   - proof: the header field that proves a message at a time; nil where the path does.
    public init(
        to host: String, port: Int, path: String, on group: any EventLoopGroup, logger: Logger,
        taking take: @escaping @Sendable () async -> [StandInEvent],
        proving proof: @escaping @Sendable (_ body: [UInt8], _ seconds: Int64) -> (name: String, value: String)?
    ) {
        client = HTTPClient(group: group, logger: logger)
        receiver = Endpoint(host: host, port: port)
        self.path = path
        self.take = take
        self.proof = proof
        self.logger = logger
    }

    /// Runs until it is cancelled.
    public func run(now: @escaping @Sendable () -> Int64) async throws {
        var waiting: [Waiting] = []
        while !Task.isCancelled {
            waiting += await take().map { Waiting(event: $0) }
            var left: [Waiting] = []
            for var item in waiting {
                item.triesLeft -= 1
                if await deliver(item.event, at: now()) { continue }
                if item.triesLeft > 0 {
                    left.append(item)
                } else {
                    logger.warning("a webhook is given up", metadata: ["type": "\(item.event.type)"])
                }
            }
            waiting = left
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    private func deliver(_ event: StandInEvent, at seconds: Int64) async -> Bool {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let proof = proof(event.body, seconds), let name = HTTPField.Name(proof.name) { fields[name] = proof.value }
        do {
            let response = try await client.execute(
                ClientRequest(method: .post, path: path, headerFields: fields, body: ByteBuffer(bytes: event.body)),
                to: receiver, deadline: .now + .seconds(Self.deliverySeconds))
            _ = try? await response.body.collect(upTo: 65_536)
            return response.status.kind == .successful
        } catch {
            return false
        }
    }
}
