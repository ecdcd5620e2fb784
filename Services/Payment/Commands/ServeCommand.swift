import ArgumentParser
import ServiceRuntime
import Telemetry

/// Serves until it is asked to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve until SIGTERM; settings come from the environment.")

    @Flag(help: "List the settings and leave.")
    var settings = false

    func run() async throws {
        if settings {
            print(SettingDeclaration.table(SettingsReader.declarations(PaymentSettings.init)), terminator: "")
            return
        }
        let settings = ServiceRuntime.settingsOrExit { PaymentSettings($0) }
        Telemetry.bootstrap(service: "payment", level: settings.logLevel)
        try await PaymentApplication(settings: settings).run()
    }
}
