/// Best-available wishes: whether somebody was refused seats that somebody else was given later, and whether everybody
/// was given as many as wanted.
///
/// The first tells the truth only where nobody gives seats back: then what was free later was free before.
public struct WishBook: Sendable, Equatable {
    private struct Refusal: Equatable {
        let seats: Int
        let answeredAt: Int64
    }

    private var refusals: [Refusal] = []
    /// When the last one asked who was given so many seats.
    private var lastAskedAt: [Int: Int64] = [:]
    /// Seats that were given.
    public private(set) var seatsGiven: Int64 = 0
    /// Groups that were given another number of seats than they wanted.
    public private(set) var halfGroups = 0

    /// How many refusals are remembered.
    static let refusalsMax = 2_000_000

    /// No wishes.
    public init() {}

    /// So many seats were given to somebody who wanted so many, and asked at this time.
    public mutating func granted(_ seats: Int, of wanted: Int, askedAt: Int64) {
        seatsGiven += Int64(seats)
        if seats != wanted { halfGroups += 1 }
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
        seatsGiven += other.seatsGiven
        halfGroups += other.halfGroups
    }
}
