import ActorTransport
import LedgerStore
import Logging
import Postgres
import Ticketing
import WaitingRoom

/// The lines of this replica: each made by the first call for its performance, bounded in number.
actor WaitingLines {
    /// Lines kept at most.
    static let linesMax = 256

    /// What every line needs.
    struct Parts: Sendable {
        let store: WaitingRoomStore
        let door: WaitingRoomDoor
        let seatsDoor: PerformanceDoor
        let maps: SeatMaps
        let gate: AdmissionGate
        let ledger: PostgresPool
        let pace: AdmissionPace.Settings
        let away: Duration
        let logger: Logger
    }

    private let parts: Parts
    private let system: ServiceActorSystem
    private var lines = KeptLines<WaitingLine>(countMax: linesMax)

    init(parts: Parts, system: ServiceActorSystem) {
        self.parts = parts
        self.system = system
    }

    /// The line of a performance, whether or not it has a waiting room.
    func line(of performance: PerformanceID) -> WaitingLine {
        lines.line(of: performance, at: .now) { sighting in
            WaitingLine(performance: performance, parts: parts, sighting: sighting, system: system)
        }
    }
}
