public import Ticketing

/// Asks for seats: `POST /v1/performances/{id}/holds`; either the one or the other.
public struct HoldRequest: Codable, Hashable, Sendable {
    /// These seats.
    public var seatIndexes: [SeatIndex]?
    /// The best that are free.
    public var bestAvailable: BestAvailableRequest?

    /// All members.
    public init(seatIndexes: [SeatIndex]? = nil, bestAvailable: BestAvailableRequest? = nil) {
        self.seatIndexes = seatIndexes
        self.bestAvailable = bestAvailable
    }
}
