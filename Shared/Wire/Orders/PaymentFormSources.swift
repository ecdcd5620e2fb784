/// The origins that a provider's card form has to reach, by what it does there.
public struct PaymentFormSources: Codable, Hashable, Sendable {
    /// Where its scripts come from.
    public var script: [String]
    /// What it frames.
    public var frame: [String]
    /// What it calls.
    public var connect: [String]

    /// All members.
    public init(script: [String] = [], frame: [String] = [], connect: [String] = []) {
        self.script = script
        self.frame = frame
        self.connect = connect
    }
}
