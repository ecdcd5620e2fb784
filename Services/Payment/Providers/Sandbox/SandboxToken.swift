import LedgerStore

/// The sandbox's cards: each does one thing that real cards do.
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
    /// Wants the buyer's word on a page of the provider.
    case requiresAction = "sandbox_requires_action"

    /// The state that a charge gets in the book when it is started.
    var initialState: SandboxChargeState {
        switch self {
        case .succeed, .lostReply, .duplicateWebhook: .succeeded
        case .decline: .declined
        case .lateSucceed: .processing
        case .requiresAction: .requiresAction
        }
    }

    /// How many webhooks the start brings about; a charge that ends later brings its own.
    var webhookCount: Int {
        switch self {
        case .duplicateWebhook: 3
        case .succeed, .decline, .lateSucceed, .lostReply, .requiresAction: 0
        }
    }

    /// The sandbox's reason to refuse.
    var declineCode: String? {
        self == .decline ? "card_declined" : nil
    }

    /// What the caller gets to see of the start.
    var reply: SandboxReply {
        switch self {
        case .succeed, .decline, .duplicateWebhook, .requiresAction: .answer
        case .lateSucceed: .silenceUntilDeadline
        case .lostReply: .brokenConnection
        }
    }
}
