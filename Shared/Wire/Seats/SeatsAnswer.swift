/// A map, whole or by what changed.
public enum SeatsAnswer: Codable, Hashable, Sendable {
    /// Everything: the asker stood nowhere, too far back or in another epoch.
    case snapshot(SeatSnapshot)
    /// What changed since the asker's position; no changes when it was up to date.
    case delta(SeatDelta)
    /// There is no such performance.
    case unknownPerformance
}
