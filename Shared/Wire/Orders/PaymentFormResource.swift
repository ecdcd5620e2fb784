/// What the pay screen shows for the provider that takes new payments: `GET /v1/payment-form`.
public struct PaymentFormResource: Codable, Hashable, Sendable {
    /// The provider's name: `sandbox`, `stripe`, `toss`.
    public var provider: String
    /// The provider's script, where its form needs one.
    public var scriptUrl: String?
    /// The key by which that script knows the merchant; no secret.
    public var publishableKey: String?
    /// Whom that form has to reach besides us; all that the pay screen's content security policy allows.
    public var sources: PaymentFormSources

    /// All members.
    public init(
        provider: String, scriptUrl: String? = nil, publishableKey: String? = nil,
        sources: PaymentFormSources = PaymentFormSources()
    ) {
        self.provider = provider
        self.scriptUrl = scriptUrl
        self.publishableKey = publishableKey
        self.sources = sources
    }
}
