public import Ticketing
public import Wire

/// All seats' states at one position.
public struct SeatMapReading: Sendable, Hashable {
    public let position: SeatsPosition
    /// The database's time of the reading.
    public let databaseTime: Timestamp
    public let states: PackedSeatStates

    public init(position: SeatsPosition, databaseTime: Timestamp, states: PackedSeatStates) {
        self.position = position
        self.databaseTime = databaseTime
        self.states = states
    }
}
