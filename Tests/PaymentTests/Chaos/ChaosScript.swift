/// What happens in one run, drawn from a seed: who buys by which card, and who is killed where.
struct ChaosScript: Hashable, Sendable, CustomStringConvertible {
    /// What the buyer's card does.
    enum Card: Hashable, Sendable, CaseIterable {
        case good
        case declined
        /// The answer to the start is lost.
        case lostReply
        case approvedAtBank
        case declinedAtBank
        /// The buyer never comes back from the bank.
        case leftAtBank
    }

    /// Where the process that pays is killed.
    enum Death: Hashable, Sendable, CaseIterable {
        case none
        /// After its commit, before the provider heard of it.
        case beforeStart
        /// After the provider's answer, before its own second commit.
        case beforeSettling
    }

    struct Buyer: Hashable, Sendable {
        let card: Card
        let death: Death
        let seatCount: Int
    }

    static let buyersMax = 4

    let seed: UInt64
    let buyers: [Buyer]

    init(seed: UInt64) {
        var random = ChaosRandom(seed: seed)
        self.seed = seed
        buyers = (0..<Int.random(in: 2...Self.buyersMax, using: &random)).map { _ in
            Buyer(
                card: Card.allCases.randomElement(using: &random) ?? .good,
                death: random.isOne(in: 3) ? Death.allCases.randomElement(using: &random) ?? .none : .none,
                seatCount: Int.random(in: 1...2, using: &random))
        }
    }

    var description: String {
        "seed \(seed): " + buyers.map { "\($0.card)/\($0.death)/\($0.seatCount)" }.joined(separator: ", ")
    }
}
