/// How long customers who were called take to choose their seats, as those did who held some.
public struct DecisionSpan: Hashable, Sendable {
    // Whoever was called hears of it within the longest pause between two questions. And those who choose quickly are
    // known first: of the others nothing is known yet.
    private static let bounds = 30.0...120.0
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

    /// How long one takes, on the average of those who did.
    public var meanTaken: Double { meanSeconds }

    /// After so many seconds nearly everybody has chosen who wants to.
    public var seconds: Double { min(max(meanSeconds * 3, Self.bounds.lowerBound), Self.bounds.upperBound) }
}
