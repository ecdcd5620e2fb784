import Synchronization

/// Hands customers to the threads of a run, one after the other: nobody comes twice before all have come, and none is
/// left out.
final class CustomerQueue: Sendable {
    private let count: Int
    private let first: Int
    private let isRound: Bool
    private let asked = Atomic(0)

    /// Customers from the first that has not come yet.
    /// - Parameter isRound: whether the first one comes again after the last.
    init(_ count: Int, from first: Int, isRound: Bool) {
        self.count = count
        self.first = first
        self.isRound = isRound
    }

    /// Whose turn it is; nil where nobody is left.
    func next() -> Int? {
        let number = first + asked.wrappingAdd(1, ordering: .relaxed).oldValue
        guard count > 0, isRound || number < count else { return nil }
        return number % count
    }

    /// How many came.
    var taken: Int {
        let asked = asked.load(ordering: .relaxed)
        return isRound ? asked : min(asked, max(0, count - first))
    }

    /// For how many nobody was left.
    var missing: Int { asked.load(ordering: .relaxed) - taken }
}
