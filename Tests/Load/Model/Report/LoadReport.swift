/// What a scenario came to: everything that is told, as JSON and on the page.
public struct LoadReport: Codable, Sendable, Equatable {
    /// Spans of some requests, in milliseconds.
    public struct Latency: Codable, Sendable, Equatable {
        public var count: Int64
        public var mean: Double
        public var p50: Double
        public var p90: Double
        public var p99: Double
        public var p999: Double
        public var max: Double
        /// For a plot: a share, and the span that it does not exceed.
        public var curve: [Point]
    }

    /// A point of a curve.
    public struct Point: Codable, Sendable, Equatable {
        public var share: Double
        public var milliseconds: Double
    }

    /// What came of a step.
    public struct Step: Codable, Sendable, Equatable {
        public var step: LoadStep
        public var asked: Int64
        public var accepted: Latency
        public var refused: Latency
        public var refusals: [String: Int64]
        public var shed: Latency
        public var sheds: [String: Int64]
        /// By status.
        public var strange: [String: Int64]
        public var lost: [String: Int64]
        /// Of the journeys that asked for it first in this phase: those that had it done, those whom the rules refused
        /// it at once, and the others.
        public var journeysDone: Int64
        public var journeysRefused: Int64
        public var journeysFailed: Int64
    }

    /// What came of a phase.
    public struct Phase: Codable, Sendable, Equatable {
        public var name: String
        public var beginsAtSeconds: Double
        public var seconds: Double
        /// Arrivals a second that were to come, and that came.
        public var offeredPerSecond: Double
        public var arrivalsPerSecond: Double
        public var goodputPerSecond: Double
        public var steps: [Step]
        public var ends: [String: Int64]
        /// How late this program was, in milliseconds.
        public var lagP99: Double
        public var roomless: Int64
    }

    /// One second.
    public struct Second: Codable, Sendable, Equatable {
        public var offered: Double
        public var arrivals: Int64
        public var goals: Int64
        public var holds: Int64
        public var accepted: Int64
        public var refused: Int64
        public var shed: Int64
        public var strange: Int64
        public var lost: Int64
        /// In milliseconds; nil without any.
        public var acceptedP50: Double?
        public var acceptedP99: Double?
        public var shedP99: Double?
        public var mapLagP99: Double?
        public var lagP99: Double?
        public var inFlight: Int
        public var queueing: Int
        /// This program's share of one processor.
        public var processorShare: Double
    }

    /// The columns that are never mixed.
    public struct Columns: Codable, Sendable, Equatable {
        /// Requests.
        public var asked: Int64
        /// Answered with success, by this program's count: of everything, of holds, of payments.
        public var accepted: Int64
        public var holdsAccepted: Int64
        /// Orders that the answers called paid.
        public var paid: Int64
        /// Counted in PostgreSQL afterwards; nil where nobody could be asked.
        public var holdsDurable: Int64?
        public var paymentsDurable: Int64?
        public var seatsSoldDurable: Int64?
        /// Of the performance; nil where nobody knows.
        public var seats: Int?
        /// How long these took: from the first arrival to the last accepted answer, and never less than all phases.
        public var holdsSeconds: Double
        public var paymentsSeconds: Double
        /// Refused by the rules, by the problem's code.
        public var refused: [String: Int64]
        /// Told to come again, by the problem's code.
        public var shed: [String: Int64]
        /// Answers that nobody should get, by status.
        public var strange: [String: Int64]
        /// Without an answer, by the reason.
        public var lost: [String: Int64]
    }

    /// Whether this program did what it was to do.
    public struct Generator: Codable, Sendable, Equatable {
        public var threads: Int
        public var connections: Int
        /// Of one processor, over the whole run.
        public var processorShare: Double
        /// How late it was, in milliseconds.
        public var lagP50: Double
        public var lagP99: Double
        public var lagMax: Double
        /// Why the figures are not to be believed; none when they are.
        public var faults: [String]
        public var isValid: Bool { faults.isEmpty }
    }

    /// The queue.
    public struct Queue: Codable, Sendable, Equatable {
        public var entrants: Int
        public var placed: Int
        public var admitted: Int
        public var waitMedianSeconds: Double?
        public var waitLongestSeconds: Double?
        public var rankCorrelation: Double?
        public var inversions: Int
        public var estimateErrorMedian: Double?
        /// Whether the published ranking follows from what was published before it, and whether moving one entry in it is
        /// found; nil where nobody could tell.
        public var isVerified: Bool?
        public var isMoveFound: Bool?
    }

    /// The viewers.
    public struct Viewers: Codable, Sendable, Equatable {
        public var count: Int
        public var open: Int
        public var deliveries: Int
        /// Streams that broke off, deltas behind a gap, maps that differ: what must not be.
        public var broken: Int
        public var gaps: Int
        public var forks: Int
        /// Viewers whose map is another one at the end than the one that most have.
        public var different: Int
        /// Holds that were answered and that nobody ever saw.
        public var unseen = 0
        /// From a hold's answer, and from a hold's deadline, to each viewer's map.
        public var holdLag = Latency(LatencyHistogram())
        public var lapseLag = Latency(LatencyHistogram())

        /// Viewers whose lag is not known yet.
        public init(count: Int, open: Int, deliveries: Int, broken: Int, gaps: Int, forks: Int, different: Int) {
            self.count = count
            self.open = open
            self.deliveries = deliveries
            self.broken = broken
            self.gaps = gaps
            self.forks = forks
            self.different = different
        }

        /// All that went wrong: lags are those of what was seen, and say nothing of it.
        public var wrong: Int { max(0, count - open) + broken + gaps + forks + different + unseen }
    }

    /// The proof afterwards.
    public struct Audit: Codable, Sendable, Equatable {
        /// The command's: 0 where nothing is wrong.
        public var exitCode: Int32
        /// Nil where it is not known.
        public var seatsSoldTwice: Int?
        /// The first of what is wrong.
        public var findings: [String]

        /// What a command told.
        public init(exitCode: Int32, seatsSoldTwice: Int?, findings: [String]) {
            self.exitCode = exitCode
            self.seatsSoldTwice = seatsSoldTwice
            self.findings = findings
        }
    }

    /// One expectation and what came of it.
    public struct Verdict: Codable, Sendable, Equatable {
        public var text: String
        public var found: Double?
        public var holds: Bool
    }

    public var scenario: String
    public var says: String
    public var goal: String
    /// RFC 3339.
    public var startedAt: String
    public var seconds: Double
    public var processors: Int
    public var columns: Columns
    public var capacity: CapacitySearch.Capacity?
    public var phases: [Phase]
    /// What came of what was asked after the last phase.
    public var tail: [Step]
    public var timeline: [Second]
    public var generator: Generator
    public var queue: Queue?
    public var unjustRefusals: Int
    /// Best-available wishes that were given another number of seats than they were for.
    public var halfGroups: Int
    /// Of all seats, how many were given to such wishes; nil where it is not known how many there are.
    public var seatsGivenShare: Double?
    /// Of the refusals of taken seats, how many offered others; nil without any.
    public var alternativesShare: Double?
    public var viewers: Viewers?
    /// Nil where nobody was asked for it.
    public var audit: Audit?
    public var verdicts: [Verdict]

    /// Whether all went as it has to: this program kept its schedule, every expectation holds, the audit is clean.
    public var isGood: Bool {
        generator.isValid && verdicts.allSatisfy(\.holds) && (audit.map { $0.exitCode == 0 } ?? true)
    }
}
