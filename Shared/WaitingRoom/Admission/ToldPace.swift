import Foundation

/// The pace that those who wait are told: what it is over some seconds, since it goes up and down with the load while
/// their wait is longer than that. What is certain at once is told at once: that it begins, or that nobody is called.
public struct ToldPace: Hashable, Sendable {
    private static let smoothingSeconds = 15.0

    /// Customers a second.
    public private(set) var perSecond = 0.0
    private var isSmooth = false

    /// Nothing was told yet.
    public init() {}

    /// So many seconds passed, at whose end the pace was this.
    public mutating func follow(_ pace: AdmissionPace, seconds: Double) {
        let expected = pace.expectedPerSecond
        guard isSmooth, expected > 0, pace.expectedPerSecond == pace.perSecond else {
            perSecond = expected
            isSmooth = expected > 0
            return
        }
        perSecond += (expected - perSecond) * (1 - exp(-max(0, seconds) / Self.smoothingSeconds))
    }
}
