import ArgumentParser
import ServiceRuntime

/// Who is told: mail, figures, and the organizers' own addresses.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "The addresses at which organizers are told of their sales.",
        subcommands: [
            WebhooksListCommand.self, WebhooksAddCommand.self, WebhooksSecretCommand.self, WebhooksRemoveCommand.self,
        ])

    /// What signs for organizers, by the settings.
    static func signatureOrExit() -> OrganizerSignature {
        let keys = ServiceRuntime.settingsOrExit { MessageSettings.webhookKeys($0) }
        guard let keys else {
            ServiceRuntime.exit(
                wrongSetting: "BOXOFFICE_WEBHOOK_KEYS is not set: the secrets of webhooks are derived from it.")
        }
        return OrganizerSignature(keys: keys.all.map(\.bytes))
    }
}
