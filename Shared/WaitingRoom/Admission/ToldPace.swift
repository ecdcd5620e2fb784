import Foundation

/// The pace that those who wait are told: what it is over some seconds, since it goes up and down with the load while
/// their wait is longer than that. What is certain at once is told at once: that it begins, that nobody is called, or what
/// holds it back.
///
/// Where many more are called than services are seen to take, or a few fewer, it is what they take: calls go far beyond that
/// at first, and below it then, until those who came too soon are through. It is smoothed from the first that is told on.
public struct ToldPace: Hashable, Sendable {
    private static let smoothingSeconds = 15.0
    // So many times as many are many, and a so many times smaller number is fewer.
    private static let manyTimes = 1.5
    private static let fewerTimes = 1.1

    /// Customers a second.
    public private(set) var perSecond = 0.0
    private var isSmooth = false
    private var wasBelowCeiling = false

    /// Nothing was told yet.
    public init() {}

    /// So many seconds passed, at whose end the pace was this, and services took so many customers a second; nil where
    /// that is not known.
    public mutating func follow(_ pace: AdmissionPace, takenPerSecond: Double?, seconds: Double) {
        let expected = expected(pace, takenPerSecond)
        let isSteady = pace.isBelowCeiling == wasBelowCeiling && pace.expectedPerSecond == pace.perSecond
        wasBelowCeiling = pace.isBelowCeiling
        guard isSmooth, isSteady, expected > 0 else {
            perSecond = expected
            isSmooth = expected > 0 && pace.isKnown
            return
        }
        perSecond += (expected - perSecond) * (1 - exp(-max(0, seconds) / Self.smoothingSeconds))
    }

    private func expected(_ pace: AdmissionPace, _ takenPerSecond: Double?) -> Double {
        guard pace.isBelowCeiling, let taken = takenPerSecond,
            pace.perSecond > taken * Self.manyTimes || pace.perSecond * Self.fewerTimes < taken
        else { return pace.expectedPerSecond }
        return taken
    }
}
