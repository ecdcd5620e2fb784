/// How long customers who were called take to choose their seats, as those did who held some.
public struct DecisionSpan: Hashable, Sendable {
    private static let bounds = 10.0...120.0
    private static let usualSeconds = 30.0
    // A mean over about so many.
    private static let weight = 50.0

    private var meanSeconds = usualSeconds

    /// Nobody chose yet.
    public init() {}

    /// Somebody held seats so many seconds after the call.
    public mutating func note(seconds: Double) {
        guard seconds >= 0 else { return }
        meanSeconds += (min(seconds, Self.bounds.upperBound) - meanSeconds) / Self.weight
    }

    /// After so many seconds nearly everybody has chosen who wants to.
    public var seconds: Double { min(max(meanSeconds * 3, Self.bounds.lowerBound), Self.bounds.upperBound) }
}
