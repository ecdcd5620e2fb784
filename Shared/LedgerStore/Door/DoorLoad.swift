/// What waits at a door at one instant, over all performances.
public struct DoorLoad: Sendable, Hashable {
    /// Items that no batch has taken yet.
    public var waiting = 0
    /// Since when the first of them waits.
    public var longestWait = Duration.zero
}
