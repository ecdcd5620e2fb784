/// Where a charge is in the sandbox provider's book.
public enum SandboxChargeState: String, Sendable, CaseIterable {
    /// Not decided yet: it is carried out when its time comes.
    case processing
    /// The buyer's word is waited for.
    case requiresAction = "requires_action"
    /// The money was taken.
    case succeeded
    /// The money was refused.
    case declined
    /// Ended before anything was taken; the row stays as a tombstone.
    case cancelled
}
