/// Where a line stands, with the steps that the asker lacks.
public enum LineAnswer: Codable, Hashable, Sendable {
    /// The line, and steps in their order. Of those that matter no more the first may be given: whoever was called by
    /// it has had the time.
    case line(LineStanding, steps: [LineStep])
    /// The performance never had a waiting room.
    case noRoom
}
