import ActorTransport
import LedgerStore
import Logging
import Postgres
import Ticketing
import WaitingRoom

/// The lines of this replica: each made by the first call for its performance, bounded in number.
actor WaitingLines {
    /// Lines kept at most; the one that was asked for least lately goes.
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

    private struct Entry {
        let line: WaitingLine
        var usedAt: ContinuousClock.Instant
    }

    private let parts: Parts
    private let system: ServiceActorSystem
    private var entries: [PerformanceID: Entry] = [:]

    init(parts: Parts, system: ServiceActorSystem) {
        self.parts = parts
        self.system = system
    }

    /// The line of a performance, whether or not it has a waiting room.
    func line(of performance: PerformanceID) -> WaitingLine {
        if let entry = entries[performance] {
            entries[performance]?.usedAt = .now
            return entry.line
        }
        if entries.count >= Self.linesMax, let idle = entries.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
            entries[idle] = nil
        }
        let line = WaitingLine(performance: performance, parts: parts, system: system)
        entries[performance] = Entry(line: line, usedAt: .now)
        return line
    }
}
