/// What a message may say of a payment, whether it is so or not.
enum ChaosClaim: Hashable, Sendable, CaseIterable {
    /// The money was taken.
    case paid
    /// It went back.
    case givenBack
    /// It was to go back, and did not.
    case notGivenBack
}
