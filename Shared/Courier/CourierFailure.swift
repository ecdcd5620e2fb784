/// Something was not handed over, or nobody knows whether it was.
public struct CourierFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// The peer answered, and said no: an SMTP reply or an HTTP status.
        case refused(code: Int)
        /// The address leads to where nothing may be sent.
        case forbidden
        /// Time ran out.
        case timedOut
        /// The peer said more than it may.
        case tooLong
        /// Whoever wanted it sent does not any more, and nothing had been begun.
        case stopped
        /// Anything else on the way.
        case broken
    }

    /// What happened.
    public let kind: Kind
    /// The same for a person, with what the peer said last: on one line, and not endless.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = PeerText.shown(description, charactersMax: 400)
    }
}
