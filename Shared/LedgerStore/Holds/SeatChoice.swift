public import Ticketing

/// What somebody who knows the chart chose among the free seats.
public enum SeatChoice: Sendable, Hashable {
    /// These, ascending and distinct.
    case seats([SeatIndex])
    /// The same wish for so many seats would be granted; 0 when nothing fits.
    case notEnough(largestGroup: Int)
}
