import ArgumentParser

/// Prints an address's secret again: after BOXOFFICE_WEBHOOK_KEYS changed it is another one.
struct WebhooksSecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Print the secret that a webhook's messages are signed with.")

    @Argument(help: "The webhook's name.")
    var name: String

    func run() async throws {
        guard let endpoint = WebhookEndpointName.endpoint(of: name) else {
            throw ValidationError("\(name) is no webhook's name.")
        }
        print(WebhooksCommand.signatureOrExit().secret(of: endpoint))
    }
}
