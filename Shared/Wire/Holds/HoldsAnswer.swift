/// What became of wishes that travelled together.
public struct HoldsAnswer: Codable, Hashable, Sendable {
    /// Refusals that one or several of them get, each once.
    public var shared: [SharedRefusal]
    /// One for each wish, in their order.
    public var holds: [HoldAnswer]

    /// All members.
    public init(shared: [SharedRefusal], holds: [HoldAnswer]) {
        self.shared = shared
        self.holds = holds
    }
}
