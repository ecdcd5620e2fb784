public import Ticketing

/// Where somebody stands.
public enum Place: Hashable, Sendable {
    /// The rank is not known yet.
    case gathering
    /// At a position, behind so many others who wait (the first in line has none).
    case waiting(position: Int64, ahead: Int64)
    /// Called, and in time.
    case admitted(calledAt: Timestamp, until: Timestamp)
    /// Called, and too late.
    case expired
}
