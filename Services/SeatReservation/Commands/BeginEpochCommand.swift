import ArgumentParser
import LedgerStore
import ServiceRuntime
import Telemetry

/// Begins another epoch of every seat map: after a restore, or after a standby took over that lacked commits.
///
/// The sequences of the new ledger may repeat those that were told before it was lost. Who stands at one of them would
/// keep a wrong map; in another epoch it is sent the whole map instead.
struct BeginEpochCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "begin-epoch",
        abstract: "After a restore, or a promotion that lost commits: have every viewer sent the whole map anew.",
        discussion: "Run it before the services start. Running it twice does no harm.")

    func run() async throws {
        let settings = ServiceRuntime.settingsOrExit { SeatReservationDatabase.asOwner($0) }
        Telemetry.bootstrap(service: "seat-reservation-begin-epoch")
        let epoch = try await LedgerJob.run(settings) { try await SeatStateStore(pool: $0).beginEpoch() }
        print("The ledger is in epoch \(epoch).")
    }
}
