public import Ticketing

/// What a report is made of, beside the tally.
public struct LoadCircumstances: Sendable {
    /// When the first one came.
    public var startedAt: Timestamp
    /// How long it took, with the tail.
    public var seconds: Double
    /// The rate of each phase, now that the capacity is known.
    public var stretches: [RateStretch]
    public var capacity: CapacitySearch.Capacity?
    public var processors: Int
    public var threads: Int
    /// How late this program may be, in milliseconds, before its figures count for nothing.
    public var lagMillisecondsMax: Double
    /// What there was in PostgreSQL before and after.
    public var countsBefore: LedgerCounts?
    public var countsAfter: LedgerCounts?
    /// Seats of the performance; nil where it is not known.
    public var seatCount: Int?
    /// Arrivals for which no customer was left.
    public var customersMissing = 0
    public var mapLag: MapLagBook
    /// Whether the ranking was proved, and whether a wrong one is found.
    public var isQueueVerified: Bool?
    public var isQueueMoveFound: Bool?
    /// What was to be done to the stack, and was not.
    public var blowFaults: [String] = []
    public var viewers: LoadReport.Viewers?
    public var audit: LoadReport.Audit?

    /// All that has no default.
    public init(startedAt: Timestamp, seconds: Double, stretches: [RateStretch], processors: Int, threads: Int) {
        self.startedAt = startedAt
        self.seconds = seconds
        self.stretches = stretches
        self.processors = processors
        self.threads = threads
        lagMillisecondsMax = 10
        mapLag = MapLagBook()
    }
}

/// How much there is in the ledger, as `payment audit --counts` tells it.
public struct LedgerCounts: Codable, Sendable, Equatable {
    /// Holds that were ever made.
    public var holds: Int64
    /// Payments that bought something.
    public var paymentsSucceeded: Int64
    /// Seats that are sold.
    public var seatsSold: Int64

    /// All of them.
    public init(holds: Int64, paymentsSucceeded: Int64, seatsSold: Int64) {
        self.holds = holds
        self.paymentsSucceeded = paymentsSucceeded
        self.seatsSold = seatsSold
    }
}

extension LoadReport {
    /// Puts everything together.
    public init(_ tally: LoadTally, of scenario: Scenario, _ circumstances: LoadCircumstances) {
        let whole = tally.whole
        let all = whole.all
        self.init(
            scenario: scenario.name, says: scenario.says, goal: scenario.goal.rawValue,
            startedAt: "\(circumstances.startedAt)", seconds: circumstances.seconds,
            processors: circumstances.processors,
            columns: Columns(
                asked: all.asked, accepted: all.accepted.count, holdsAccepted: whole[.hold].accepted.count,
                paid: whole[.pay].journeysDone,
                holdsDurable: Self.difference(circumstances, \.holds),
                paymentsDurable: Self.difference(circumstances, \.paymentsSucceeded),
                seatsSoldDurable: Self.difference(circumstances, \.seatsSold), seats: circumstances.seatCount,
                holdsSeconds: Self.seconds(of: .hold, whole, scenario),
                paymentsSeconds: Self.seconds(of: .pay, whole, scenario), refused: all.refusals, shed: all.sheds,
                strange: Self.named(all.strange) { "\($0)" }, lost: Self.named(all.lost, \.rawValue)),
            capacity: circumstances.capacity, phases: Self.phases(tally, scenario, circumstances.stretches),
            tail: Self.steps(tally.phases[scenario.phases.count]),
            timeline: Self.timeline(tally, circumstances),
            generator: Self.generator(tally, scenario, circumstances), queue: Self.queue(tally.queue, circumstances),
            unjustRefusals: tally.wishes.unjustRefusals, halfGroups: tally.wishes.halfGroups,
            seatsGivenShare: circumstances.seatCount.map { Double(tally.wishes.seatsGiven) / Double(max(1, $0)) },
            alternativesShare: whole[.hold].taken > 0
                ? Double(whole[.hold].takenWithOthers) / Double(whole[.hold].taken) : nil,
            viewers: circumstances.viewers, audit: circumstances.audit,
            verdicts: [])
        viewers?.holdLag = Latency(circumstances.mapLag.holds)
        viewers?.unseen = circumstances.mapLag.unseen
        viewers?.lapseLag = Latency(circumstances.mapLag.lapses)
        verdicts = scenario.expectations.map { Verdict($0, in: self) }
    }

    private static func difference(
        _ circumstances: LoadCircumstances, _ count: KeyPath<LedgerCounts, Int64>
    ) -> Int64? {
        guard let before = circumstances.countsBefore, let after = circumstances.countsAfter else { return nil }
        return after[keyPath: count] - before[keyPath: count]
    }

    /// What stands in the database came of all that was asked, in the phases and after them.
    private static func seconds(of purpose: LoadStep, _ whole: PhaseTally, _ scenario: Scenario) -> Double {
        let steps = LoadStep.allCases.filter { $0.purpose == purpose }
        let last = steps.map { whole[$0].lastAcceptedAt }.max() ?? 0
        return max(scenario.seconds, Double(last) / 1_000_000_000)
    }

    private static func phases(_ tally: LoadTally, _ scenario: Scenario, _ stretches: [RateStretch]) -> [Phase] {
        var begin = 0.0
        return zip(scenario.phases, stretches).enumerated().map { place, pair in
            let (phase, stretch) = pair
            let counted = tally.phases[place]
            defer { begin += phase.seconds }
            return Phase(
                name: phase.name, beginsAtSeconds: begin, seconds: phase.seconds,
                offeredPerSecond: stretch.arrivals / stretch.seconds,
                arrivalsPerSecond: Double(counted.arrivals) / phase.seconds,
                goodputPerSecond: Double(counted.goals) / phase.seconds,
                steps: steps(counted),
                ends: named(counted.ends, \.rawValue), lagP99: milliseconds(counted.lag.quantile(0.99)),
                roomless: counted.roomless)
        }
    }

    private static func steps(_ counted: PhaseTally) -> [Step] {
        LoadStep.allCases.filter { counted[$0].asked > 0 }.map { Step($0, counted[$0]) }
    }

    private static func timeline(_ tally: LoadTally, _ circumstances: LoadCircumstances) -> [Second] {
        let first = circumstances.startedAt.unixMicroseconds / 1_000_000
        return tally.seconds.enumerated().map { place, second in
            let mapLag = circumstances.mapLag.seconds[first + Int64(place)]
            func p99(_ histogram: LatencyHistogram?) -> Double? {
                histogram.flatMap { $0.isEmpty ? nil : milliseconds($0.quantile(0.99)) }
            }
            return Second(
                offered: RateStretch.rate(at: Double(place) + 0.5, of: circumstances.stretches),
                arrivals: second.arrivals, goals: second.goals, holds: second.holds, accepted: second.accepted,
                refused: second.refused, shed: second.shed, strange: second.strange, lost: second.lost,
                acceptedP50: second.acceptedLatency.isEmpty
                    ? nil : milliseconds(second.acceptedLatency.quantile(0.5)),
                acceptedP99: p99(second.acceptedLatency), shedP99: p99(second.shedLatency), mapLagP99: p99(mapLag),
                lagP99: p99(second.lag), inFlight: second.inFlight, queueing: second.queueing,
                processorShare: Double(second.processorMicroseconds) / 1_000_000)
        }
    }

    private static func generator(
        _ tally: LoadTally, _ scenario: Scenario, _ circumstances: LoadCircumstances
    ) -> Generator {
        let whole = tally.whole
        let processor = tally.seconds.reduce(0) { $0 + $1.processorMicroseconds }
        let lag = milliseconds(whole.lag.quantile(0.99))
        var faults: [String] = []
        for (phase, counted) in zip(scenario.phases, tally.phases) {
            let late = milliseconds(counted.lag.quantile(0.99))
            if late > circumstances.lagMillisecondsMax {
                faults.append(
                    "In \(phase.name) one request in a hundred went out \(LoadFigures.short(late)) ms late or more; "
                        + "\(LoadFigures.short(circumstances.lagMillisecondsMax)) ms are allowed.")
            }
            // Who waits for room on a connection waits for the tool and not for the services.
            if counted.roomless * 100 > counted.all.asked {
                faults.append(
                    "In \(phase.name) \(counted.roomless) requests found no room on a connection: "
                        + "give the scenario more connections.")
            }
        }
        if circumstances.customersMissing > 0 {
            faults.append(
                "For \(circumstances.customersMissing) arrivals no customer was left: make more of them, "
                    + "or let them return.")
        }
        faults += circumstances.blowFaults
        let busiest = tally.seconds.map(\.processorMicroseconds).max() ?? 0
        // A thread of real-time priority gets no more than 95 % of a second from the kernel.
        if busiest > Int64(circumstances.threads) * 930_000 {
            faults.append("There was a second in which this program had no processor time left.")
        }
        return Generator(
            threads: circumstances.threads, connections: scenario.connections,
            processorShare: circumstances.seconds > 0 ? Double(processor) / 1_000_000 / circumstances.seconds : 0,
            lagP50: milliseconds(whole.lag.quantile(0.5)), lagP99: lag, lagMax: milliseconds(whole.lag.maximum),
            faults: faults)
    }

    private static func queue(_ book: QueueBook, _ circumstances: LoadCircumstances) -> Queue? {
        guard book.count > 0 else { return nil }
        let waits = book.waits
        let errors = book.estimateErrors
        return Queue(
            entrants: book.count, placed: book.placed, admitted: book.admitted,
            waitMedianSeconds: waits.isEmpty ? nil : waits[waits.count / 2], waitLongestSeconds: waits.last,
            rankCorrelation: book.rankCorrelation, inversions: book.inversions,
            estimateErrorMedian: errors.isEmpty ? nil : errors[errors.count / 2],
            isVerified: circumstances.isQueueVerified, isMoveFound: circumstances.isQueueMoveFound)
    }

    static func milliseconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1_000 }

    private static func named<Key>(_ counts: [Key: Int64], _ name: (Key) -> String) -> [String: Int64] {
        Dictionary(counts.map { (name($0), $1) }, uniquingKeysWith: +)
    }
}

extension LoadReport.Step {
    init(_ step: LoadStep, _ tally: StepTally) {
        self.init(
            step: step, asked: tally.asked, accepted: LoadReport.Latency(tally.accepted),
            refused: LoadReport.Latency(tally.refused), refusals: tally.refusals,
            shed: LoadReport.Latency(tally.shed), sheds: tally.sheds,
            strange: Dictionary(tally.strange.map { ("\($0)", $1) }, uniquingKeysWith: +),
            lost: Dictionary(tally.lost.map { ($0.rawValue, $1) }, uniquingKeysWith: +),
            journeysDone: tally.journeysDone, journeysRefused: tally.journeysRefused,
            journeysFailed: tally.journeysFailed)
    }
}

extension LoadReport.Latency {
    /// The shares of a curve: evenly to the half, then each a tenth of the rest nearer to all.
    private static let shares: [Double] =
        [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
        + [0.1, 0.01, 0.001, 0.000_1, 0.000_01].flatMap { rest in
            [1.0, 0.75, 0.5, 0.35, 0.25, 0.15].map { 1 - rest * $0 }
        }

    init(_ histogram: LatencyHistogram) {
        func span(_ share: Double) -> Double { LoadReport.milliseconds(histogram.quantile(share)) }
        self.init(
            count: histogram.count, mean: histogram.mean / 1_000, p50: span(0.5), p90: span(0.9), p99: span(0.99),
            p999: span(0.999), max: LoadReport.milliseconds(histogram.maximum),
            // A share that is nearer to all than one of them is the longest.
            curve: histogram.isEmpty
                ? []
                : Self.shares.filter { (1 - $0) * Double(histogram.count) >= 1 }
                    .map { LoadReport.Point(share: $0, milliseconds: span($0)) }
                    + [
                        LoadReport.Point(
                            share: 1 - 1 / Double(histogram.count + 1),
                            milliseconds: LoadReport.milliseconds(histogram.maximum))
                    ])
    }
}

extension RateStretch {
    /// The rate at an instant of several stretches in a row; 0 after them.
    public static func rate(at seconds: Double, of stretches: [RateStretch]) -> Double {
        var left = seconds
        for stretch in stretches {
            if left < stretch.seconds { return stretch.from + (stretch.to - stretch.from) * left / stretch.seconds }
            left -= stretch.seconds
        }
        return 0
    }
}
