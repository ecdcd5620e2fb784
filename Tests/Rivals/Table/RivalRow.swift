/// A line of the table of rivals: what one thing came to here, and beside it what somebody else's came to in the same
/// run, or what is asked of ours.
public struct RivalRow: Codable, Hashable, Sendable {
    /// Which number is the better one.
    public enum Better: String, Codable, Sendable {
        case more
        case less
    }

    /// What is measured; rows of one measure stand together.
    public var measure: String
    /// `holds/s`, `µs`, `ms`, `seats`.
    public var unit: String
    public var better: Better
    /// The median of ours.
    public var ours: Double
    /// Whose the other number is.
    public var rival: String
    /// The median of theirs, measured in the same run in turns with ours; nil where nobody else's was measured.
    public var theirs: Double?
    /// The least ratio of ours to theirs, or the most where less is better; of ours itself where there is no theirs.
    public var goal: Double?
    /// Rounds of both.
    public var rounds: Int
    /// What else one has to know.
    public var note: String?

    /// All members.
    public init(
        measure: String, unit: String, better: Better, ours: Double, rival: String, theirs: Double? = nil,
        goal: Double? = nil, rounds: Int = 1, note: String? = nil
    ) {
        self.measure = measure
        self.unit = unit
        self.better = better
        self.ours = ours
        self.rival = rival
        self.theirs = theirs
        self.goal = goal
        self.rounds = rounds
        self.note = note
    }

    /// Ours over theirs; nil without theirs, or where theirs is nothing.
    public var ratio: Double? {
        theirs.flatMap { $0 == 0 ? nil : ours / $0 }
    }

    /// Whether the goal is reached; nil without one.
    public var isReached: Bool? {
        guard let goal else { return nil }
        guard let number = theirs == nil ? ours : ratio else { return nil }
        return better == .more ? number >= goal : number <= goal
    }
}
