/// Stripe's objects as they are on the wire, as far as somebody reads them.
struct StripeIntentObject: Codable, Hashable, Sendable {
    struct Redirect: Codable, Hashable, Sendable {
        var url: String
        var returnUrl: String
    }

    struct NextAction: Codable, Hashable, Sendable {
        var type = "redirect_to_url"
        var redirectToUrl: Redirect
    }

    struct PaymentError: Codable, Hashable, Sendable {
        var type = "card_error"
        var code: String
        var declineCode: String?
        var message: String
    }

    var id: String
    var object = "payment_intent"
    var amount: Int64
    var amountReceived: Int64 = 0
    var currency: String
    var created: Int64
    var status: String
    var paymentMethod: String?
    var metadata: [String: String]
    var nextAction: NextAction?
    var lastPaymentError: PaymentError?
}

/// One of an intent's refunds.
struct StripeRefundObject: Codable, Hashable, Sendable {
    var id: String
    var object = "refund"
    var amount: Int64
    var currency: String
    var created: Int64
    var paymentIntent: String
    var status: String
    var failureReason: String?
    var metadata: [String: String]

    /// Whether it is of a merchant's payment; nil stands for any.
    func isOne(of payment: String?) -> Bool {
        payment == nil || metadata["payment_id"] == payment
    }
}

/// What an intent took, with what went back of it.
struct StripeChargeObject: Codable, Hashable, Sendable {
    var id: String
    var object = "charge"
    var amount: Int64
    var amountCaptured: Int64
    var amountRefunded: Int64
    var currency: String
    var created: Int64
    var paid: Bool
    var paymentIntent: String
    var metadata: [String: String]
}

/// A page of a list.
struct StripeListObject<Item: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    var object = "list"
    var data: [Item]
    var hasMore: Bool
}

/// A refusal.
struct StripeErrorObject: Codable, Hashable, Sendable {
    struct Details: Codable, Hashable, Sendable {
        var type = "invalid_request_error"
        var code: String?
        var declineCode: String?
        var param: String?
        var message: String
        var paymentIntent: StripeIntentObject?
    }

    var error: Details
}

/// The body of a webhook.
struct StripeEventObject<Subject: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    struct Payload: Codable, Hashable, Sendable {
        var object: Subject
    }

    var id: String
    var object = "event"
    var created: Int64
    var type: String
    var data: Payload
}

/// A way to pay.
struct StripePaymentMethodObject: Codable, Hashable, Sendable {
    struct Card: Codable, Hashable, Sendable {
        var fingerprint: String
    }

    var id: String
    var object = "payment_method"
    var card: Card
}
