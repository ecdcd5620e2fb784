/// How much a request matters where there is not room for all: the first is served first and refused last.
public enum RequestPriority: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Finishes what much was done for already; refused only when nothing else is left to refuse.
    case critical
    /// What everything is there for.
    case high
    /// Neither nor; whoever says nothing means this.
    case medium
    /// Can be had again at any time.
    case low
    /// Costs much and can wait.
    case lowest

    /// Its place among all, from 0 for the first.
    public var rank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .medium: 2
        case .low: 3
        case .lowest: 4
        }
    }

    /// How many there are.
    static let count = 5

    /// Whether the left one is served before the right one.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
