/// What does the pay screen show for the provider?
public struct PaymentFormQuestion: Codable, Hashable, Sendable {
    /// A question without particulars.
    public init() {}
}
