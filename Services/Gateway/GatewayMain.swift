import ArgumentParser
import ServiceRuntime
import Telemetry

/// The gateway.
@main
struct GatewayMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "The public API and the page; settings come from the environment.",
        subcommands: [ServeCommand.self], defaultSubcommand: ServeCommand.self)
}

/// Serves until it is asked to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve until SIGTERM; settings come from the environment.")

    @Flag(help: "List the settings and leave.")
    var settings = false

    func run() async throws {
        if settings {
            print(SettingDeclaration.table(SettingsReader.declarations(GatewaySettings.init)), terminator: "")
            return
        }
        let settings = ServiceRuntime.settingsOrExit { GatewaySettings($0) }
        Telemetry.bootstrap(service: "gateway", level: settings.logLevel)
        try await GatewayApplication(settings: settings).run()
    }
}
