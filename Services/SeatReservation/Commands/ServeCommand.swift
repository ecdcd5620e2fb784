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
            print(SettingDeclaration.table(SettingsReader.declarations(SeatReservationSettings.init)), terminator: "")
            return
        }
        let settings = ServiceRuntime.settingsOrExit { SeatReservationSettings($0) }
        Telemetry.bootstrap(service: "seat-reservation", level: settings.logLevel)
        try await SeatReservationApplication(settings: settings).run()
    }
}
