/// How far a line's front goes with a step: behind as many customers who are there as may be called.
///
/// Who is away is passed over without counting, and called all the same: whoever comes back in time finds the turn. But
/// no step passes over a whole line, because those who seem to be away may only not be seen for a while; and where
/// nobody of the line is seen, nobody is called.
public struct FrontPlan: Hashable, Sendable {
    /// So many positions may a step go on, or so many for each of its calls.
    private static let positionsMin: Int64 = 1_000
    private static let positionsPerCall: Int64 = 20

    /// The last position that is called then.
    public let front: Int64
    /// How many of those called are there.
    public let admitted: Int

    /// `isPresent` is asked for positions behind `front`, up to `last`, which is the line's end.
    public init(after front: Int64, last: Int64, calls: Int, isPresent: (Int64) -> Bool) {
        // A line's end is no further away than calls can be counted.
        let far = Self.positionsPerCall * min(Int64(calls), max(0, last - front))
        let end = min(last, front + max(Self.positionsMin, far))
        var position = front
        var admitted = 0
        while position < end, admitted < calls {
            position += 1
            if isPresent(position) { admitted += 1 }
        }
        let isAnybodyThere = admitted > 0 || position < last && (position + 1...last).contains(where: isPresent)
        self.front = isAnybodyThere ? position : front
        self.admitted = admitted
    }
}
