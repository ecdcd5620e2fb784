public import ActorTransport
public import Wire

extension HoldFailure {
    /// A failure of one wish, as it crosses among the answers to the others.
    public init(_ failure: CallFailure) {
        self.init(code: failure.code.rawValue, detail: failure.detail)
    }

    /// The failure that a call of the wish's own would have had. A word that is not known here may mean anything.
    public var callFailure: CallFailure {
        guard let known = CallFailure.Code(rawValue: code) else {
            return CallFailure(.outcomeUnknown, detail: "\(code): \(detail)")
        }
        return CallFailure(known, detail: detail)
    }
}
