/// A charge as the sandbox provider's book has it.
public struct SandboxCharge: Hashable, Sendable {
    /// Where it is.
    public let state: SandboxChargeState
    /// Why it was refused, if it was.
    public let declineCode: String?
    /// Whether the key was used before for another amount.
    public let isMismatch: Bool

    /// All members.
    public init(state: SandboxChargeState, declineCode: String?, isMismatch: Bool = false) {
        self.state = state
        self.declineCode = declineCode
        self.isMismatch = isMismatch
    }
}
