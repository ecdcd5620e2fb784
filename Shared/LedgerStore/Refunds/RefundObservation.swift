/// What the provider was seen to say of a refund, or an operator to have found of a refused one.
public enum RefundObservation: Hashable, Sendable {
    /// The money went back.
    case made
    /// It will not give it back, for a reason in its own words.
    case refused(code: String)
    /// The provider gave it back all the same, by a refund that is not ours; with the operator's note.
    case givenBack(note: String)
    /// It went back another way, past the provider; with the operator's note.
    case givenBackOutside(note: String)

    var word: String {
        switch self {
        case .made: "made"
        case .refused: "refused"
        case .givenBack: "given_back"
        case .givenBackOutside: "given_back_outside"
        }
    }

    /// What is kept of why.
    var text: String? {
        switch self {
        case .made: nil
        case .refused(let code): code
        case .givenBack(let note), .givenBackOutside(let note): note
        }
    }
}
