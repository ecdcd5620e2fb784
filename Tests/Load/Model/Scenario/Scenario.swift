/// What is played: who comes when, what they do, what is to come of it. Read from a file by ``ScenarioReader``.
public struct Scenario: Sendable, Equatable {
    /// What counts as done.
    public enum Goal: String, CaseIterable, Sendable {
        /// A page was served to somebody who looks around.
        case served
        /// Seats are held.
        case held
        /// An order is paid.
        case paid
    }

    /// In small letters and hyphens: the report's files are called so.
    public var name: String
    /// What it is about, in a sentence.
    public var says: String
    /// Decides every chance, so that it can be played again.
    public var seed: UInt64
    /// What a journey is for.
    public var goal: Goal
    /// How arrivals follow each other.
    public var arrivals: ArrivalPattern
    /// One after the other.
    public var phases: [ScenarioPhase]
    /// How the capacity is found of which phases name multiples; nil where none does.
    public var capacity: CapacitySettings?
    /// Who comes, each kind with its share.
    public var people: [ScenarioPeople]
    /// Those who watch the map all the time.
    public var viewers: Int
    /// What is made for it, where it is given a stack of its own.
    public var sale: ScenarioSale
    /// How many customers have to be there; each arrival takes the next.
    public var customers: Int
    /// Whether the first one comes again after the last.
    public var customersReturn: Bool
    /// How long somebody waits for an answer.
    public var patienceMilliseconds: Int
    /// How long those who are under way at the end may go on.
    public var tailSeconds: Int
    /// HTTP/2 connections.
    public var connections: Int
    /// Addresses of this machine that they come from: 127.0.0.1 and those behind it.
    public var sources: Int
    /// What is done to the stack meanwhile.
    public var blows: [ScenarioBlow]
    /// What is done to it after the last answer, before it is counted what is durable.
    public var blowsAtEnd: [String]
    /// What has to come of it.
    public var expectations: [ScenarioExpectation]
    /// Which rows of the table of rivals it fills.
    public var measures: [ScenarioMeasure]

    /// How long all phases take.
    public var seconds: Double { phases.reduce(0) { $0 + $1.seconds } }
}

/// A stretch of a scenario with a rate of its own.
public struct ScenarioPhase: Sendable, Equatable {
    /// How many come a second.
    public enum Rate: Sendable, Equatable {
        /// So many, evenly more or fewer from the beginning to the end.
        case perSecond(from: Double, to: Double)
        /// So many times what the services can take.
        case timesCapacity(Double)
    }

    /// Told apart by it in the report.
    public var name: String
    /// How long.
    public var seconds: Double
    /// How many come.
    public var rate: Rate

    /// A phase.
    public init(name: String, seconds: Double, rate: Rate) {
        self.name = name
        self.seconds = seconds
        self.rate = rate
    }
}

/// How the capacity is looked for: rates that grow step by step, each for a moment.
public struct CapacitySettings: Sendable, Equatable {
    /// Arrivals a second of the first step, which has to be an easy one.
    public var fromPerSecond = 50.0
    /// Each step's rate over the one before it.
    public var growth = 1.5
    /// How long a step takes.
    public var stepSeconds = 4.0
    /// The pause behind each.
    public var restSeconds = 2.0
    /// No more than this is tried.
    public var mostPerSecond = 20_000.0

    /// The defaults.
    public init() {}
}

/// Something that is done to the stack, by the name of a command that whoever plays the scenario gives.
public struct ScenarioBlow: Sendable, Equatable {
    /// The command's name.
    public var name: String
    /// When, from the beginning on.
    public var atSeconds: Double
}

/// What is made for a scenario: a chart, an event, one performance.
public struct ScenarioSale: Sendable, Equatable {
    /// Where the seats are.
    public enum Chart: String, CaseIterable, Sendable {
        /// A plain hall with as many seats as are asked for.
        case hall
        /// The stadium of the demonstration.
        case stadium
    }

    /// Which one.
    public var chart = Chart.hall
    /// The hall's seats.
    public var seats = 10_000
    /// Seats that one customer may hold and own.
    public var seatsPerCustomer = 6
    /// How long a hold lasts.
    public var holdSeconds = 300
    /// How long after the scenario's beginning the sale opens; before it, where it is 0.
    public var opensAfterSeconds = 0
    /// More of `create-event`'s options, as they are.
    public var arguments: [String] = []

    /// The defaults.
    public init() {}
}

/// A row of the table of rivals that a scenario fills.
public enum ScenarioMeasure: String, CaseIterable, Sendable {
    /// Committed holds a second through HTTP.
    case holds
    /// Paid orders a second through HTTP.
    case orders
    /// What those who lose a seat wait for their answer.
    case losers
    /// Best-available wishes refused while seats were free.
    case bestAvailable = "best_available"
    /// How long after somebody's answer all viewers see the seat held.
    case visible
    /// How long after a hold's deadline all viewers see its seats free.
    case lapses
}
