/// How far a line's front goes with a step: behind as many customers who are there as may be called.
///
/// Who is away is passed over without counting, and called all the same: whoever comes back in time finds the turn.
public struct FrontPlan: Hashable, Sendable {
    /// The last position that is called then.
    public let front: Int64
    /// How many of those called are there.
    public let admitted: Int

    /// `isPresent` is asked for positions behind `front`, up to `last`, which is the line's end.
    public init(after front: Int64, last: Int64, calls: Int, isPresent: (Int64) -> Bool) {
        var position = front
        var admitted = 0
        while position < last, admitted < calls {
            position += 1
            if isPresent(position) { admitted += 1 }
        }
        self.front = position
        self.admitted = admitted
    }
}
