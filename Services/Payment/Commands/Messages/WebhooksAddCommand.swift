import ArgumentParser
import LedgerStore
import ServiceRuntime
import Ticketing
import Wire

/// Adds an address of an organizer's.
struct WebhooksAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Tell an organizer at an address from now on.",
        discussion: "What was before is told by: payment messages replay NAME --from POINT")

    /// What the command prints: the one time that the secret is shown with it.
    private struct Added: Encodable {
        let name: String
        let url: String
        let secret: String
    }

    @Option(help: "The organizer's e-mail address.")
    var organizer: String

    @Option(help: "Where the messages go: https://…")
    var url: String

    @Option(
        help: "What to tell: order_paid, tickets_issued, refund_made, performance_cancelled; everything by default.")
    var kind: [String] = []

    func run() async throws {
        let signature = WebhooksCommand.signatureOrExit()
        let addresses = ServiceRuntime.settingsOrExit { MessageSettings.webhookAddresses($0) }
        let kinds = try kind.map { word in
            guard let kind = MessageKind(rawValue: word) else {
                throw ValidationError("\(word) is no kind of message.")
            }
            return kind
        }
        if let problem = addresses.problem(of: url) { throw ValidationError(problem) }
        let endpoint = WebhookEndpointID(at: .now)
        let name = WebhookEndpointName.name(of: endpoint)
        try await LedgerJob.run(name: "webhooks") { [organizer, url] pool in
            let account = try await CustomerStore(pool: pool).credentials(email: organizer.lowercased())?.customer
            guard let account, account.role != .customer else {
                throw ValidationError("There is no organizer with the address \(organizer).")
            }
            let addition = try await MessagesStore(pool: pool).addWebhook(
                name, kinds: kinds.isEmpty ? MessageKind.allCases : kinds, organizer: account.customerId, url: url)
            guard addition == .added else { throw ValidationError("The address could not be added.") }
        }
        let added = Added(name: name, url: url, secret: signature.secret(of: endpoint))
        print(String(decoding: try WireJSON.encode(added), as: UTF8.self))
    }
}
