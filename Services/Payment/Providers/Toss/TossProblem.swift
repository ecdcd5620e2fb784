/// Why Toss refused.
struct TossProblem: Decodable, Hashable, Sendable {
    let code: String

    /// Whether the same call may bring something else in a moment: then it tells nothing.
    var isTemporary: Bool { Self.temporary.contains(code) }

    private static let temporary: Set<String> = [
        "PROVIDER_ERROR", "IDEMPOTENT_REQUEST_PROCESSING", "FAILED_INTERNAL_SYSTEM_PROCESSING",
        "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", "UNKNOWN_PAYMENT_ERROR",
    ]
}
