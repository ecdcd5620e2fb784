import Foundation

/// The pace that those who wait are told: what it is over some seconds, since it goes up and down with the load while
/// their wait is longer than that. What is certain at once is told at once: that it begins, that nobody is called, or what
/// holds it back.
///
/// Where many more are called than services are seen to take, or many fewer, it is what they take: calls go far beyond that
/// at first, and far below it then.
public struct ToldPace: Hashable, Sendable {
    private static let smoothingSeconds = 15.0
    // So many times as many, or as few, are many.
    private static let farTimes = 1.5

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
            isSmooth = expected > 0
            return
        }
        perSecond += (expected - perSecond) * (1 - exp(-max(0, seconds) / Self.smoothingSeconds))
    }

    private func expected(_ pace: AdmissionPace, _ takenPerSecond: Double?) -> Double {
        guard pace.isBelowCeiling, let taken = takenPerSecond,
            pace.perSecond > taken * Self.farTimes || pace.perSecond * Self.farTimes < taken
        else { return pace.expectedPerSecond }
        return taken
    }
}
