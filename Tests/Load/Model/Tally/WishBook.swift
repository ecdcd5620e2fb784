/// Best-available wishes: whether somebody was refused seats that somebody else was given later.
///
/// It tells the truth only where nobody gives seats back: then what was free later was free before.
public struct WishBook: Sendable, Equatable {
    private struct Refusal: Equatable {
        let seats: Int
        let answeredAt: Int64
    }

    private var refusals: [Refusal] = []
    /// When the last one asked who was given so many seats.
    private var lastAskedAt: [Int: Int64] = [:]

    /// How many refusals are remembered.
    static let refusalsMax = 2_000_000

    /// No wishes.
    public init() {}

    /// So many seats were given to somebody who asked at this time.
    public mutating func granted(_ seats: Int, askedAt: Int64) {
        lastAskedAt[seats] = max(lastAskedAt[seats] ?? .min, askedAt)
    }

    /// So many seats were refused, by an answer at this time.
    public mutating func refused(_ seats: Int, answeredAt: Int64) {
        guard refusals.count < Self.refusalsMax else { return }
        refusals.append(Refusal(seats: seats, answeredAt: answeredAt))
    }

    /// Refusals after which as many seats, or more, were given to somebody who had not asked by then.
    public var unjustRefusals: Int {
        refusals.count { refusal in
            lastAskedAt.contains { $0.key >= refusal.seats && $0.value > refusal.answeredAt }
        }
    }

    /// Adds another thread's.
    public mutating func merge(_ other: WishBook) {
        refusals += other.refusals.prefix(Self.refusalsMax - refusals.count)
        lastAskedAt.merge(other.lastAskedAt, uniquingKeysWith: max)
    }
}
