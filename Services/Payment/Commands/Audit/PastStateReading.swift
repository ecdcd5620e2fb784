import LedgerStore
import Ticketing

/// Reads what was at an instant.
struct PastStateReading: Sendable {
    let store: AuditStore
    let settings: Audit.Settings

    /// The books, and a performance's map, as they were; nil where there is no such performance.
    func state(at instant: Timestamp, of performance: PerformanceID?, fallback: String?) async throws -> PastState? {
        try await store.withSnapshot(deadline: .now + .seconds(settings.seconds)) { snapshot in
            var state = PastState(
                at: instant, server: AuditReport.Server(snapshot.server, fallback: fallback), map: nil,
                balances: try await store.balances(at: instant, on: snapshot), findings: [])
            guard let performance else { return state }
            guard let history = try await store.history(of: performance, on: snapshot) else { return nil }
            var replay = try await HistoryReading(store: store, snapshot: snapshot, pageItems: settings.pageItems)
                .replay(history, until: instant)
            var equalsSeats: Bool?
            if replay.sequence == history.sequence {
                let before = replay.findings.count
                replay.end(seats: try await store.seats(of: performance, on: snapshot))
                equalsSeats = replay.findings.count == before
            }
            state.map = PastState.Map(replay, of: performance, equalsSeats: equalsSeats)
            state.findings = replay.findings
            return state
        }
    }
}
