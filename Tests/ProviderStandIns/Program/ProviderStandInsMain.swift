import ArgumentParser
import Foundation
import Logging
import NIOPosix
import ProviderStandIns

/// Stands in for a payment provider: answers as it documents, sends its webhooks, and shows the buyer its pages.
@main
struct ProviderStandInsMain: AsyncParsableCommand {
    enum Provider: String, CaseIterable, ExpressibleByArgument {
        case stripe
        case toss
    }

    static let configuration = CommandConfiguration(
        commandName: "provider-stand-ins",
        abstract: "Stand in for a payment provider. Secrets come from the environment: STAND_IN_SECRET_KEY and "
            + "STAND_IN_WEBHOOK_SECRET, or the files that …_FILE name.")

    @Argument(help: "Which one.")
    var provider: Provider

    @Option(help: "The port to listen on, at 127.0.0.1.")
    var port: Int

    @Option(help: "The port of the gateway, at 127.0.0.1, that takes the webhooks.")
    var gatewayPort: Int

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Logger(label: "stand-in")
        let group = MultiThreadedEventLoopGroup.singleton
        let address = "http://127.0.0.1:\(port)"
        let key = try Self.secret("STAND_IN_SECRET_KEY")
        let webhookSecret = try Self.secret("STAND_IN_WEBHOOK_SECRET")
        let path = "/v1/webhooks/\(provider.rawValue)"
        let delivery: StandInDelivery
        switch provider {
        case .stripe:
            let standIn = StripeStandIn(secretKeys: [key], webhookSecret: webhookSecret)
            await standIn.listens(at: address)
            try await standIn.server(logger: logger).start(on: group, port: port)
            delivery = StandInDelivery(
                to: "127.0.0.1", port: gatewayPort, path: path, on: group, logger: logger,
                taking: { await standIn.takeEvents() },
                proving: { ("Stripe-Signature", standIn.signature(of: $0, at: $1)) })
        case .toss:
            let standIn = TossStandIn(secretKeys: [key])
            await standIn.listens(at: address)
            try await standIn.server(logger: logger).start(on: group, port: port)
            delivery = StandInDelivery(
                to: "127.0.0.1", port: gatewayPort, path: "\(path)?token=\(webhookSecret)", on: group, logger: logger,
                taking: { await standIn.takeEvents() }, proving: { _, _ in nil })
        }
        logger.info("stands in", metadata: ["provider": "\(provider.rawValue)", "address": "\(address)"])
        try await delivery.run { Int64(Date().timeIntervalSince1970) }
    }

    private static func secret(_ name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment[name] { return text }
        guard let file = environment["\(name)_FILE"] else { throw ValidationError("\(name)_FILE is not set.") }
        return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
