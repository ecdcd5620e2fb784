/// What happens next with a buyer of a play, one at a time: everything else may come in between.
enum ChaosStep: Hashable, Sendable {
    /// The payment is written down.
    case begin
    /// The provider is told of it, and answers.
    case start
    /// The answer is written down.
    case settle
    /// The buyer gives the provider the word that it waits for.
    case decide
    /// A refund is written down.
    case ask(ChaosScript.Refund)
    /// The provider is told of it, and answers.
    case make
    /// The answer is written down.
    case book
    /// The card's bank does what it does later.
    case bankActs

    /// The steps of a buyer, in their order; nobody takes those behind a death.
    static func all(of buyer: ChaosScript.Buyer, whoseBank bank: ChaosScript.Bank) -> ArraySlice<ChaosStep> {
        var steps: [ChaosStep] = [.begin]
        if buyer.death == .beforeStart { return steps[...] }
        steps.append(.start)
        if buyer.death != .beforeSettling { steps.append(.settle) }
        steps.append(.decide)
        for refund in buyer.refunds {
            steps.append(.ask(refund))
            if refund.death == .beforeStart { continue }
            steps.append(.make)
            if refund.death != .beforeSettling { steps.append(.book) }
        }
        if !buyer.refunds.isEmpty, bank == .takesLater || bank == .sendsBack { steps.append(.bankActs) }
        return steps[...]
    }
}
