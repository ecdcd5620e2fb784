/// Which seats changed lately, and at which sequence: tells what changed since a sequence without a look at all seats.
public struct RecentSeatChanges: Equatable, Sendable {
    private struct Change: Equatable {
        let sequence: Int64
        let seat: SeatIndex
    }

    /// Changes that are remembered at least.
    public static let keptMin = 4_096

    /// The sequence from which on every change is remembered.
    public private(set) var since: Int64
    private var changes: [Change] = []

    /// Nothing changed yet since a sequence.
    public init(since sequence: Int64) {
        since = sequence
    }

    /// Seats changed at a sequence, which is not before the one of the last call.
    public mutating func append(_ seats: some Sequence<SeatIndex>, at sequence: Int64) {
        for seat in seats { changes.append(Change(sequence: sequence, seat: seat)) }
        guard changes.count > 2 * Self.keptMin else { return }
        since = changes[changes.count - Self.keptMin - 1].sequence
        changes.removeFirst(changes.count - Self.keptMin)
    }

    /// The seats that changed after a sequence, each once and ascending; nil when that is too long ago.
    public func seats(after sequence: Int64) -> [SeatIndex]? {
        guard sequence >= since else { return nil }
        return Set(changes.reversed().prefix { $0.sequence > sequence }.map(\.seat)).sorted()
    }
}
