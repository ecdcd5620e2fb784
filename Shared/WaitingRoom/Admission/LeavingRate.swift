import Foundation

/// Which share of those who wait leaves in a second.
public struct LeavingRate: Hashable, Sendable {
    // Those who leave are noticed in bursts: a mean over about twenty seconds.
    private static let smoothingSeconds = 20.0
    private static let perSecondMax = 0.05

    /// The share.
    public private(set) var perSecond = 0.0
    private var presentBefore: Double?
    private var calledBefore: Int64 = 0

    /// Nobody has left yet.
    public init() {}

    /// After some seconds so many are there, of whom so many came meanwhile; `called` were so far in all.
    public mutating func follow(present: Int, came: Int64, called: Int64, seconds: Double) {
        defer { (presentBefore, calledBefore) = (Double(present), called) }
        guard let before = presentBefore, before > 0, seconds > 0 else { return }
        let left = max(0, before + Double(came) - Double(called - calledBefore) - Double(present))
        let share = min(left / before / seconds, Self.perSecondMax)
        perSecond += (share - perSecond) * (1 - exp(-seconds / Self.smoothingSeconds))
    }

    /// Who is there is not known any more.
    public mutating func forget() {
        presentBefore = nil
    }
}
