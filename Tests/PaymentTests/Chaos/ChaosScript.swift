import Ticketing
import Wire

/// What happens in one run, drawn from a seed: who buys by which card, who wants money back, and who is killed where.
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

    /// What the card's bank does with money that goes back.
    enum Bank: Hashable, Sendable, CaseIterable {
        case takes
        /// It takes its time.
        case takesLater
        case refuses
        /// It takes it, and days later finds nobody to give it to.
        case sendsBack
    }

    /// Where the process that pays, or that gives back, is killed.
    enum Death: Hashable, Sendable, CaseIterable {
        case none
        /// After its commit, before the provider heard of it.
        case beforeStart
        /// After the provider's answer, before its own second commit.
        case beforeSettling

        static func drawn(using random: inout ChaosRandom) -> Death {
            random.isOne(in: 2) ? allCases.randomElement(using: &random) ?? .none : .none
        }
    }

    /// A wish for money back.
    struct Refund: Hashable, Sendable {
        /// Which of the order's tickets, by its place; nil for all that are left.
        let place: Int?
        let asker: RefundAsker
        let death: Death

        /// The wishes for an order of so many seats: none, all at once, one ticket, or one and the rest after it.
        static func drawn(ofSeats count: Int, using random: inout ChaosRandom) -> [Refund] {
            let one = Int.random(in: 0..<count, using: &random)
            let places: [Int?] =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: []
                case 1: [nil]
                case 2: [one]
                default: count > 1 ? [one, nil] : [one]
                }
            return places.map { place in
                Refund(
                    place: place, asker: random.isOne(in: 3) ? .organizer : .customer,
                    death: Death.drawn(using: &random))
            }
        }
    }

    struct Buyer: Hashable, Sendable {
        let card: Card
        let death: Death
        let seatCount: Int
        let bank: Bank
        /// Whether an operator has refused refunds tried again.
        let isTriedAgain: Bool
        /// One after the other; none where nothing is paid.
        private(set) var refunds: [Refund] = []

        init(using random: inout ChaosRandom) {
            card = Card.allCases.randomElement(using: &random) ?? .good
            death = Death.drawn(using: &random)
            seatCount = Int.random(in: 1...2, using: &random)
            bank = Bank.allCases.randomElement(using: &random) ?? .takes
            isTriedAgain = random.isOne(in: 2)
            if pays { refunds = Refund.drawn(ofSeats: seatCount, using: &random) }
        }

        /// Whether it comes to a payment: what is killed behind the provider's answer, others go on with.
        var pays: Bool {
            switch card {
            case .good, .lostReply, .approvedAtBank: death != .beforeStart
            case .declined, .declinedAtBank, .leftAtBank: false
            }
        }
    }

    static let buyersMax = 4

    let seed: UInt64
    /// Whether the fee goes back with the price.
    let givesFeeBack: Bool
    /// What becomes of the seats of refunded tickets.
    let refundedSeats: RefundRuleResource.Seats
    let buyers: [Buyer]

    init(seed: UInt64) {
        var random = ChaosRandom(seed: seed)
        self.seed = seed
        givesFeeBack = random.isOne(in: 2)
        refundedSeats = random.isOne(in: 2) ? .blocked : .available
        buyers = (0..<Int.random(in: 2...Self.buyersMax, using: &random)).map { _ in Buyer(using: &random) }
    }

    var description: String {
        let stories = buyers.map { buyer in
            let refunds = buyer.refunds.map { refund in
                ", \(refund.asker) wants \(refund.place.map { "ticket \($0)" } ?? "all") back/\(refund.death)"
            }
            let again = buyer.isTriedAgain ? "/tried again" : ""
            return "\(buyer.card)/\(buyer.death)/\(buyer.seatCount)/bank \(buyer.bank)\(again)\(refunds.joined())"
        }
        let rule = "\(givesFeeBack ? "with" : "without") fee, seats \(refundedSeats)"
        return "seed \(seed), \(rule): \(stories.joined(separator: "; "))"
    }
}
