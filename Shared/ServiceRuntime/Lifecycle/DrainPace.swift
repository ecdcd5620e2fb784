/// How a stop spreads the ends of many connections over a window, so that their peers don't all come back at once.
public struct DrainPace: Sendable {
    /// The time between two steps.
    public static let step: Duration = .milliseconds(50)

    /// The number of steps; none where there are so few that a spread is of no use.
    public let steps: Int

    /// The pace for so many connections in a window: where they are few, sooner, two each step.
    public init(count: Int, window: Duration) {
        steps = min(Int(window / Self.step), count / 2)
    }

    /// How many of those that are left end in a step, with `stepsLeft` to come, this one among them. What does not come
    /// out even is rounded by chance, so that many small crowds end as evenly as a large one.
    public static func share(of count: Int, stepsLeft: Int) -> Int {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: stepsLeft)
        return whole + (Int.random(in: 0..<stepsLeft) < rest ? 1 : 0)
    }
}
