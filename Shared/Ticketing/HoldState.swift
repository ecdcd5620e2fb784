/// The life of a hold.
public enum HoldState: String, Codable, Sendable, CaseIterable {
    /// The seats are claimed until the deadline. → paying, released, expired
    case active
    /// A payment froze the deadline. → active (declined), completed, expired
    case paying
    /// The seats are sold to its order. The end.
    case completed
    /// Given back by its customer. The end.
    case released
    /// The deadline passed. The end, save for money that came late: → completed.
    case expired

    /// Whether the rules let a hold in this state become the other.
    public func mayBecome(_ next: HoldState) -> Bool {
        switch (self, next) {
        case (.active, .paying), (.active, .released), (.active, .expired), (.active, .completed): true
        case (.paying, .active), (.paying, .completed), (.paying, .expired): true
        case (.expired, .completed): true
        case (.active, _), (.paying, _), (.completed, _), (.released, _), (.expired, _): false
        }
    }
}
