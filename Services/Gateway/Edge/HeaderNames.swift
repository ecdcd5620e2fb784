import HTTPTypes

extension HTTPField.Name {
    /// The customer's key.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    /// What was asked for while very many ask.
    static let challengeSolution = HTTPField.Name("Challenge-Solution")!
    /// The proof of the sandbox's webhooks.
    static let webhookSignature = HTTPField.Name("Webhook-Signature")!
    /// The proof of Stripe's webhooks.
    static let stripeSignature = HTTPField.Name("Stripe-Signature")!
    /// Says that an answer is the stored one.
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
    /// Finds a request in the logs.
    static let requestID = HTTPField.Name("X-Request-Id")!
    /// Where a browser says the request comes from.
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    /// What a page may do.
    static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy")!
    /// How much of its address a page tells others.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    /// What a page may ask the browser for.
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    /// Keeps other origins out of the page's process.
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    /// Keeps other origins from embedding what is served.
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    /// Proves a place in a waiting room.
    static let entryToken = HTTPField.Name("Entry-Token")!
    /// Lets a customer hold seats while a waiting room is on.
    static let admissionToken = HTTPField.Name("Admission-Token")!
    /// Where a stream's reader stands.
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    /// W3C trace context.
    static let traceparent = HTTPField.Name("traceparent")!
    /// Behind a balancer, who asks (RFC 7239).
    static let forwarded = HTTPField.Name("Forwarded")!
}
