/// A wish to move a line's front; nothing is done when somebody else stepped since.
public struct WaitingRoomMove: Sendable, Hashable {
    /// The last step that is known.
    public let stepSequence: Int64
    /// The last position that is to be called.
    public let front: Int64
    /// How many of those called are there.
    public let admitted: Int

    public init(stepSequence: Int64, front: Int64, admitted: Int) {
        self.stepSequence = stepSequence
        self.front = front
        self.admitted = admitted
    }
}
