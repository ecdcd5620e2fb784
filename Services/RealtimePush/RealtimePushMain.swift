import ArgumentParser
import ServiceRuntime
import Telemetry

/// The realtime-push service.
@main
struct RealtimePushMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "realtime-push",
        abstract: "Shows thousands of viewers how seats change hands; settings come from the environment.",
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
            print(SettingDeclaration.table(SettingsReader.declarations(RealtimePushSettings.init)), terminator: "")
            return
        }
        let settings = ServiceRuntime.settingsOrExit { RealtimePushSettings($0) }
        Telemetry.bootstrap(service: "realtime-push", level: settings.logLevel)
        try await RealtimePushApplication(settings: settings).run()
    }
}
