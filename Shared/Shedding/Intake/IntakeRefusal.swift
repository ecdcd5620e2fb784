/// Why a request was not taken in. Nothing was done for it.
public enum IntakeRefusal: String, Sendable, Hashable, CaseIterable {
    /// As many as may be are in flight and wait.
    case full
    /// It waited for a place as long as it may.
    case waited
    /// Too many of its kind wait for somebody outside.
    case elsewhere
    /// Its caller has stopped waiting.
    case expired
    /// The event loop is so far behind that it answers the important ones only.
    case late

    /// Its place among all cases.
    var number: Int {
        switch self {
        case .full: 0
        case .waited: 1
        case .elsewhere: 2
        case .expired: 3
        case .late: 4
        }
    }
}

/// What became of a request that was taken in, as far as it tells how busy everybody is.
public enum IntakeOutcome: Sendable, Hashable {
    /// It was served as such requests are: its time counts.
    case served
    /// It tells nothing: refused by the rules, answered from memory, broken off.
    case untypical
    /// A service behind has no room.
    case refusedBehind
    /// It was not served, and that tells nothing.
    case unserved
}

extension IntakeOutcome {
    /// As what it counts. That a service behind refuses tells of its limit only where it matters: the rest is refused
    /// there while there is room for that, and who waited for somebody outside was not one of those in flight.
    func weighed(_ priority: RequestPriority, wasElsewhere: Bool) -> IntakeOutcome {
        self == .refusedBehind && (priority > .high || wasElsewhere) ? .unserved : self
    }
}
