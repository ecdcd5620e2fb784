import LedgerStore

/// The sandbox's cards: each does one thing that real cards and real providers do.
enum SandboxToken: String, CaseIterable, Sendable {
    /// Pays at once.
    case succeed = "sandbox_succeed"
    /// Is refused.
    case decline = "sandbox_decline"
    /// Gives no answer before the deadline; then it is charged, and a webhook says so.
    case lateSucceed = "sandbox_late_succeed"
    /// Is charged, but the connection breaks before the answer.
    case lostReply = "sandbox_lost_reply"
    /// Pays at once, and its webhook comes more than once.
    case duplicateWebhook = "sandbox_duplicate_webhook"
    /// Is charged, but the connection breaks; of its webhooks the first that happened comes last.
    case reorderedWebhook = "sandbox_reordered_webhook"
    /// Is charged, but the connection breaks; its webhook comes when everybody has forgotten about it.
    case veryLateWebhook = "sandbox_very_late_webhook"
    /// Wants the buyer's word on a page of the provider.
    case requiresAction = "sandbox_requires_action"
    /// Pays at once, and takes no refund.
    case refuseRefund = "sandbox_refuse_refund"
    /// Finds the provider away; when it is back, it never heard of the payment.
    case outage = "sandbox_outage"

    /// Bytes of a card's own name at most.
    private static let cardBytesMax = 32

    /// What a card does, from a token that may name the card behind a colon.
    init?(token: String) {
        let parts = token.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let known = SandboxToken(rawValue: String(parts[0])),
            parts.count == 1 || (1...Self.cardBytesMax).contains(parts[1].utf8.count)
        else { return nil }
        self = known
    }

    /// Which card a token is for.
    static func card(of token: String) -> String {
        token.split(separator: ":", maxSplits: 1).last.map(String.init) ?? token
    }

    /// The state that a charge gets in the book when it is started.
    var initialState: SandboxChargeState {
        switch self {
        case .succeed, .lostReply, .duplicateWebhook, .reorderedWebhook, .veryLateWebhook, .refuseRefund, .outage:
            .succeeded
        case .decline: .declined
        case .lateSucceed: .processing
        case .requiresAction: .requiresAction
        }
    }

    /// The webhooks that the start brings about; a charge that ends later brings its own.
    func webhooks(veryLateSeconds: Double) -> [SandboxWebhookPlan] {
        let succeeded = "payment.succeeded"
        return switch self {
        case .duplicateWebhook: Array(repeating: SandboxWebhookPlan(succeeded), count: 3)
        case .reorderedWebhook:
            [SandboxWebhookPlan(succeeded), SandboxWebhookPlan("payment.processing", delaySeconds: 2)]
        case .veryLateWebhook: [SandboxWebhookPlan(succeeded, delaySeconds: veryLateSeconds)]
        case .succeed, .decline, .lateSucceed, .lostReply, .requiresAction, .refuseRefund, .outage: []
        }
    }

    /// The sandbox's reason to refuse.
    var declineCode: String? {
        self == .decline ? "card_declined" : nil
    }

    /// What the caller gets to see of the start.
    var reply: SandboxReply {
        switch self {
        case .succeed, .decline, .duplicateWebhook, .requiresAction, .refuseRefund, .outage: .answer
        case .lateSucceed: .silenceUntilDeadline
        case .lostReply, .reorderedWebhook, .veryLateWebhook: .brokenConnection
        }
    }
}
