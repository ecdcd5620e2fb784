/// A kind of people: what they do, and how they are.
public struct ScenarioPeople: Sendable, Equatable {
    /// One thing after the other.
    public enum Deed: String, CaseIterable, Sendable {
        /// Looks at the pages of the catalogue.
        case browse
        /// Looks at the seats.
        case map
        /// Goes to the waiting room, where there is one, and waits.
        case enter
        /// Wants seats.
        case hold
        /// Gives them back.
        case giveBack = "give_back"
        /// Makes an order of them.
        case order
        /// Pays it.
        case pay
        /// Wants the money back.
        case refund
    }

    /// Which seats they want.
    public enum Choice: String, CaseIterable, Sendable {
        /// Any that are free.
        case any
        /// The first ones rather than the last, as everybody does.
        case front
        /// Whatever the services think best.
        case bestAvailable = "best_available"
        /// One seat, the same for all of them.
        case seat
    }

    /// What they do when they are told to come again, or hear nothing.
    public struct Retries: Sendable, Equatable {
        /// How long they wait before they ask again.
        public enum Wait: String, CaseIterable, Sendable {
            /// Not at all.
            case atOnce = "none"
            /// As the answer says, and a little longer.
            case asTold = "as_told"
            /// A second, then two, then four, half of each left to chance.
            case doubling
        }

        /// How often; then they go.
        public var times = 3
        /// How long they wait.
        public var wait = Wait.asTold
    }

    /// Told apart by it in the report.
    public var name: String
    /// How many of all are like this, beside the shares of the others.
    public var share: Double
    /// What they do, in this order.
    public var does: [Deed]
    /// How likely it is that they go on to a deed; 1 where it is left out. Who does not, goes away silently.
    public var chances: [Deed: Double]
    /// How long they think before a deed, in milliseconds.
    public var thinks: [Deed: ClosedRange<Double>]
    /// Which seats they want.
    public var picks: Choice
    /// Which one, for those who want a certain one.
    public var seatIndex: Int
    /// How many seats they want, by share.
    public var groups: [(seats: Int, share: Double)]
    /// How often they choose other seats when theirs are taken.
    public var tries: Int
    /// How many pages they look at.
    public var visits: ClosedRange<Int>
    /// What they do when they are told to come again.
    public var retries: Retries
    /// How many leave the queue without a word, and after how long in it.
    public var leavesQueue: Double
    public var queuePatienceSeconds: ClosedRange<Double>
    /// What they pay with, by share: the sandbox's words.
    public var cards: [(token: String, share: Double)]

    /// Whether they need a session.
    public var areCustomers: Bool { does.contains { $0 != .browse && $0 != .map } }

    /// Compares all members.
    public static func == (left: ScenarioPeople, right: ScenarioPeople) -> Bool {
        left.name == right.name && left.share == right.share && left.does == right.does
            && left.chances == right.chances && left.thinks == right.thinks && left.picks == right.picks
            && left.seatIndex == right.seatIndex && left.tries == right.tries && left.visits == right.visits
            && left.retries == right.retries && left.leavesQueue == right.leavesQueue
            && left.queuePatienceSeconds == right.queuePatienceSeconds
            && left.groups.elementsEqual(right.groups, by: ==) && left.cards.elementsEqual(right.cards, by: ==)
    }
}
