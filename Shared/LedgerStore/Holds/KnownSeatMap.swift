public import Ticketing
public import Wire

/// A performance's map as a process remembers it, to be completed by what changed since.
public struct KnownSeatMap: Sendable, Hashable {
    public let position: SeatsPosition
    public let states: PackedSeatStates

    public init(position: SeatsPosition, states: PackedSeatStates) {
        self.position = position
        self.states = states
    }
}
