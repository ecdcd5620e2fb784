import Foundation
public import Wire

/// How long it takes until somebody is called, and by how much that may be wrong.
public struct WaitEstimate: Hashable, Sendable {
    /// The wait, in seconds.
    public let seconds: Double
    /// The error, in seconds.
    public let errorSeconds: Double

    /// A line steps once in so many seconds: no estimate is better than that.
    public static let stepSeconds = 1.0
    /// No estimate claims to be better than this share of itself.
    public static let errorMin = 0.1

    /// The wait behind so many customers who are there; nil when the line does not move.
    ///
    /// Called at a pace r while a share of those ahead leaves each second, A customers are gone after the time in which
    /// dA/dt = −r − leaving · A comes to nothing.
    public init?(behind ahead: Double, _ forecast: LineForecast) {
        let pace = forecast.admissionsPerSecond
        guard pace > 0, ahead >= 0 else { return nil }
        let leaving = forecast.leavingPerSecond
        // One is always called with the next step.
        let steps = leaving > 1e-6 ? log(1 + leaving * ahead / pace) / leaving : ahead / pace
        self.init(
            seconds: max(steps, Self.stepSeconds / 2),
            errorSeconds: max(steps * max(forecast.admissionsError, Self.errorMin), Self.stepSeconds))
    }

    /// An estimate of known parts.
    public init(seconds: Double, errorSeconds: Double) {
        self.seconds = seconds
        self.errorSeconds = errorSeconds
    }

    /// The wait of somebody whose rank will be known after some seconds, and is as likely one as another: half the
    /// line, give or take half of it.
    public static func beforeRanking(in seconds: Double, _ forecast: LineForecast) -> WaitEstimate? {
        let present = Double(forecast.presentAhead.last ?? 0)
        guard let whole = WaitEstimate(behind: present, forecast) else { return nil }
        return WaitEstimate(
            seconds: seconds + whole.seconds / 2, errorSeconds: max(whole.seconds / 2, stepSeconds))
    }
}

extension LineForecast {
    /// How many are there of those ahead of a position, counted from the front, where so many wait.
    public func present(ahead count: Int64, of waiting: Int64) -> Double {
        guard let whole = presentAhead.last, presentAhead.count > 1, waiting > 0 else { return Double(max(0, count)) }
        // Who came since the reading is there.
        guard count < waiting else { return Double(whole) + Double(count - waiting) }
        let place = Double(max(0, count)) / Double(waiting) * Double(presentAhead.count - 1)
        let part = min(Int(place), presentAhead.count - 2)
        let (low, high) = (Double(presentAhead[part]), Double(presentAhead[part + 1]))
        return low + (high - low) * (place - Double(part))
    }
}
