import Ticketing
import Wire

/// Stripe, by PaymentIntents.
///
/// An intent is made first, by our payment id as its key, and confirmed after: making it again by the same key finds
/// it, so that whoever was killed in between left nothing that can't be found, and an intent that was cancelled is a
/// tombstone that no slow starter gets past. Keys live a day at Stripe; older payments without a known reference are
/// searched for.
struct StripeProvider: PaymentProvider {
    /// Stripe counts these in other units than ISO 4217, or takes only some of their amounts.
    private static let foreignUnits: Set<String> = [
        "BHD", "IQD", "ISK", "JOD", "KWD", "LYD", "MGA", "MRU", "OMR", "TND", "UGX",
    ]

    let name = ProviderName.stripe.rawValue
    let form: PaymentFormResource
    private let api: StripeAPI
    private let signature: StripeSignature

    /// Where the intent of a payment is.
    private enum Place {
        case known(StripeIntent)
        /// Stripe refused to make one: there is none, and there can't be.
        case impossible(StripeProblem)
        case nowhere
    }

    init(client: ProviderClient, settings: StripeSettings) {
        api = StripeAPI(client: client, settings: settings)
        signature = StripeSignature(secrets: settings.webhookSecrets, toleranceSeconds: settings.toleranceSeconds)
        form = PaymentFormResource(
            provider: ProviderName.stripe.rawValue, scriptUrl: settings.scriptURL,
            publishableKey: settings.publishableKey,
            sources: settings.sources)
    }

    func accepts(token: String) -> Bool {
        token.hasPrefix("pm_") && token.utf8.count <= 255
            && token.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }

    /// Stripe's fingerprint of the card's number; a way to pay that has none is known by its token.
    func instrument(of token: String, deadline: ContinuousClock.Instant) async throws -> String {
        switch try await api.paymentMethod(token, deadline: deadline) {
        case .done(let method): method.card?.fingerprint ?? token
        // There is no such way to pay: who charges it is told so.
        case .refused: token
        }
    }

    // MARK: Payments

    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus {
        if Self.foreignUnits.contains(charge.amount.currency) { return .declined(code: "currency_not_supported") }
        switch try await api.makeIntent(of: charge, deadline: deadline) {
        case .refused(let problem): return .declined(code: problem.reason)
        case .done(let intent):
            switch try await api.confirm(intent.id, of: charge, deadline: deadline) {
            case .done(let confirmed): return confirmed.meaning
            case .refused(let problem):
                if let refused = problem.paymentIntent { return refused.meaning }
                // It is somewhere else in its life already: cancelled, or confirmed by somebody before us.
                return try await meaning(ofIntent: intent.id)
            }
        }
    }

    func status(of charge: ProviderCharge) async throws -> ProviderStatus {
        switch try await place(of: charge) {
        case .known(let intent): intent.meaning
        case .impossible(let problem): .declined(code: problem.reason)
        case .nowhere: .notKnown
        }
    }

    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus {
        switch try await place(of: charge) {
        case .nowhere, .impossible: return .cancelled
        case .known(let intent):
            switch try await api.cancel(intent.id, of: charge) {
            case .done(let ended): return ended.meaning
            case .refused: return try await meaning(ofIntent: intent.id)
            }
        }
    }

    private func meaning(ofIntent id: String) async throws -> ProviderStatus {
        guard case .done(let intent) = try await api.intent(id) else {
            throw ProviderFailure("an intent that was made can't be read")
        }
        return intent.meaning
    }

    private func place(of charge: ProviderCharge) async throws -> Place {
        if let reference = charge.reference {
            guard case .done(let intent) = try await api.intent(reference) else {
                throw ProviderFailure("an intent that we know of can't be read")
            }
            return .known(intent)
        }
        guard charge.ageSeconds < CheckoutSettings.resendHoursMax * 3600 else { return try await searched(charge) }
        switch try await api.makeIntent(of: charge) {
        case .refused(let problem): return .impossible(problem)
        case .done(let made):
            // What the key brings is the intent as it was when it was made.
            guard case .done(let intent) = try await api.intent(made.id) else {
                throw ProviderFailure("an intent that was made can't be read")
            }
            return .known(intent)
        }
    }

    /// Of several intents with our id the one that took money counts.
    private func searched(_ charge: ProviderCharge) async throws -> Place {
        guard case .done(let found) = try await api.search(for: charge.paymentID) else {
            throw ProviderFailure("intents can't be searched")
        }
        let paid = found.data.first { $0.status == StripeIntent.State.succeeded.rawValue }
        return (paid ?? found.data.first).map { .known($0) } ?? .nowhere
    }

    // MARK: Refunds

    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus {
        let intent = try await paidIntent(of: refund.charge)
        // The key is forgotten after a day: what was made before is found by its metadata.
        if let made = try await api.refund(refund.refundID, of: intent) { return made.meaning }
        switch try await api.makeRefund(refund, of: intent) {
        case .done(let made): return made.meaning
        case .refused(let problem):
            // A rival may have been between the two.
            if let made = try await api.refund(refund.refundID, of: intent) { return made.meaning }
            return .refused(code: problem.reason)
        }
    }

    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus {
        try await api.refund(refund.refundID, of: try await paidIntent(of: refund.charge))?.meaning ?? .notKnown
    }

    private func paidIntent(of charge: ProviderCharge) async throws -> String {
        if let reference = charge.reference { return reference }
        guard case .known(let intent) = try await place(of: charge) else {
            throw ProviderFailure("the charge to be given back can't be found")
        }
        return intent.id
    }

    // MARK: Webhooks

    func verifyWebhook(body: [UInt8], signature header: String, at time: Timestamp) throws -> ProviderNotice? {
        try signature.verify(header, of: body, at: time)
        guard let event = try? WireJSON.decode(StripeEvent.self, from: body) else { throw WebhookRefusal.malformed }
        return event.notice
    }
}
