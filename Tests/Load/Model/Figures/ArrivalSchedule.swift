import Foundation

/// How arrivals follow each other.
public enum ArrivalPattern: String, CaseIterable, Sendable {
    /// Independently of each other, as people come.
    case poisson
    /// At even distances.
    case even
}

/// A stretch of time in which the rate goes evenly from one to another.
public struct RateStretch: Sendable, Equatable {
    /// How long.
    public let seconds: Double
    /// Arrivals a second at its beginning and at its end.
    public let from: Double
    public let to: Double

    /// A stretch of time.
    public init(seconds: Double, from: Double, to: Double) {
        precondition(seconds > 0 && from >= 0 && to >= 0, "a stretch of \(seconds) s, from \(from) to \(to) a second")
        self.seconds = seconds
        self.from = from
        self.to = to
    }

    /// How many come in it, on average.
    public var arrivals: Double { (from + to) / 2 * seconds }
}

/// When people come: an open loop, which asks nobody how the ones before them fare.
public struct ArrivalSchedule: Sendable {
    private let stretches: [RateStretch]
    private let pattern: ArrivalPattern
    private var random: SeededRandom
    private var place = 0
    /// Where the present stretch began, and how far in it the last arrival was, in seconds.
    private var begin = 0.0
    private var offset = 0.0
    /// The area under the rate up to the first arrival, where they come at even distances: so many come as there is area.
    private var evenArea = 0.5

    /// The arrivals of some stretches, one after the other. Of several threads each takes the same share of every rate.
    public init(_ stretches: [RateStretch], pattern: ArrivalPattern, seed: UInt64, share: Double = 1) {
        self.stretches = stretches.map {
            RateStretch(seconds: $0.seconds, from: $0.from * share, to: $0.to * share)
        }
        self.pattern = pattern
        random = SeededRandom(seed: seed)
    }

    /// The next arrival, in nanoseconds from the beginning; nil when nobody comes any more.
    public mutating func next() -> Int64? {
        // The area under the rate up to the next arrival: 1 on average.
        var left = pattern == .even ? evenArea : -log(1 - random.share())
        evenArea = 1
        while place < stretches.count {
            let stretch = stretches[place]
            let slope = (stretch.to - stretch.from) / stretch.seconds
            let rate = stretch.from + slope * offset
            let area = (rate + stretch.to) / 2 * (stretch.seconds - offset)
            if left < area {
                offset += 2 * left / (rate + (rate * rate + 2 * slope * left).squareRoot())
                return Int64((begin + offset) * 1_000_000_000)
            }
            left -= area
            begin += stretch.seconds
            offset = 0
            place += 1
        }
        return nil
    }
}
