import LedgerStore

/// The providers of this service: the first takes new payments, the others finish what they began.
struct PaymentProviders: Sendable {
    private let all: [any PaymentProvider]

    init(_ all: [any PaymentProvider]) {
        precondition(!all.isEmpty, "payments need a provider")
        self.all = all
    }

    /// Those of the settings.
    init(_ settings: ProviderSettings, sandbox: SandboxProvider?, client: ProviderClient) {
        self.init(
            settings.names.compactMap { name -> (any PaymentProvider)? in
                switch name {
                case .sandbox: sandbox
                case .stripe: settings.stripe.map { StripeProvider(client: client, settings: $0) }
                case .toss: settings.toss.map { TossProvider(client: client, settings: $0) }
                }
            })
    }

    /// Takes new payments.
    var chosen: any PaymentProvider { all[0] }

    /// The provider of a name; nil when it is not one of ours.
    func provider(named name: String) -> (any PaymentProvider)? {
        all.first { $0.name == name }
    }

    /// The provider that a payment was begun with. Without it the outcome stays unknown.
    func provider(thatBegan attempt: PaymentAttempt) throws(ProviderFailure) -> any PaymentProvider {
        guard let provider = provider(named: attempt.provider) else {
            throw ProviderFailure("the provider \(attempt.provider) is not among BOXOFFICE_PAYMENT_PROVIDERS")
        }
        return provider
    }
}
