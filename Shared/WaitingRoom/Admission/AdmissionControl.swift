import Foundation
public import Ticketing
public import Wire

/// Decides, once a second, how far a line's front goes; and tells what that means for those who wait.
///
/// Pure. What it remembers only makes it smoother: all that must not be lost stands in the line's steps, by whose times
/// it measures what is due, so that several processes that decide at once call no more customers than one.
public struct AdmissionControl: Sendable {
    /// What a decision is made from.
    public struct Reading: Sendable {
        /// The ledger's time.
        public var now: Timestamp
        /// The line as it stands.
        public var line: Line
        /// Since when it may move.
        public var openedAt: Timestamp?
        /// Whether seats can be held at all.
        public var isOnSale: Bool
        /// Whether it is this process that moves the line.
        public var isMoving: Bool
        /// The organizer's ceiling, in a minute.
        public var admissionsPerMinuteMax: Int
        /// The limit of seats for one customer.
        public var seatsPerCustomerMax: Int
        /// The seats; nil while the map can't be read.
        public var seats: SeatBudget.Seats?
        /// How those who were called fare.
        public var load: ServiceLoad
        /// Who is there.
        public var presence: Presence

        /// All members.
        public init(
            now: Timestamp, line: Line, openedAt: Timestamp?, isOnSale: Bool, isMoving: Bool = true,
            admissionsPerMinuteMax: Int, seatsPerCustomerMax: Int, seats: SeatBudget.Seats?, load: ServiceLoad,
            presence: Presence
        ) {
            self.now = now
            self.line = line
            self.openedAt = openedAt
            self.isOnSale = isOnSale
            self.isMoving = isMoving
            self.admissionsPerMinuteMax = admissionsPerMinuteMax
            self.seatsPerCustomerMax = seatsPerCustomerMax
            self.seats = seats
            self.load = load
            self.presence = presence
        }
    }

    /// What was decided.
    public struct Decision: Sendable {
        /// How far the front goes; nil where it stays.
        public var step: FrontPlan?
        /// What those who wait are told.
        public var forecast: LineForecast
    }

    /// Steps are at least so many seconds apart.
    public static let stepSeconds = 0.7
    // Who comes back after a pause calls for no more than so many seconds of it, or for one customer: as long as it
    // takes until a line whose process died is moved by the next one.
    private static let arrearsSecondsMax = 2.5
    private static let measuredSeconds = 30.0
    // Whoever goes on for another process begins with what that one called over so many seconds.
    private static let inheritedSeconds = 10.0
    // Fewer customers tell nothing of how many come of those who are called.
    private static let servedHoldsMin = 20
    // How often one of them comes for seats on the average: else it is for another reason that so few, or many, did.
    private static let holdsForEachLeast = 0.6
    private static let holdsForEachMost = 1.2
    private static let takenSmoothingSeconds = 5.0

    private let settings: AdmissionPace.Settings
    private var pace: AdmissionPace?
    /// Customers a second that services are seen to bear; nil where this process doesn't move the line.
    public var perSecond: Double? { pace?.perSecond }
    private var span = DecisionSpan()
    private var leaving = LeavingRate()
    private var toldPace = ToldPace()
    // Customers who came for seats: since the last decision, and in a second.
    private var holds = 0
    // Since this process moves the line; and how many others had called by then.
    private var holdsSince = 0
    private var calledBefore: Int64?
    private var takenPerSecond = 0.0
    private var taken = TakenSeats()
    private var decidedAt: Timestamp?
    private var entriesBefore: Int64 = 0
    // What was due and came to less than one customer.
    private var carry = 0.0

    /// Remembers nothing.
    public init(settings: AdmissionPace.Settings = AdmissionPace.Settings()) {
        self.settings = settings
    }

    /// A customer held seats so many seconds after the call.
    public mutating func noteHold(secondsAfterCall seconds: Double) {
        span.note(seconds: seconds)
        holds += 1
        holdsSince += 1
    }

    /// The ledger took a step from somebody else: the pace that counts is that one's.
    public mutating func noteStepRefused() {
        pace = nil
    }

    /// Decides.
    public mutating func decide(_ reading: Reading) -> Decision {
        let ceiling = Double(reading.admissionsPerMinuteMax) / 60
        let history = reading.line.history
        let passed = decidedAt.map { Double(reading.now.unixMicroseconds - $0.unixMicroseconds) / 1_000_000 } ?? 0
        decidedAt = reading.now
        follow(reading, ceiling: ceiling, seconds: passed)
        // Before the opening nothing is known but the ceiling.
        let perSecond =
            pace?.perSecond ?? (reading.openedAt == nil ? ceiling : Self.lately(reading, Self.measuredSeconds))

        let budget = budget(reading)
        var calls = budget?.callsLeft ?? .max
        let isLimitedBySeats = Double(calls) < perSecond
        if !reading.isOnSale || !reading.isMoving { calls = 0 }
        let step = calls > 0 ? step(reading, perSecond, calls) : nil
        let curve = curve(reading, behind: step?.front ?? history.front)
        // Those whom the step passes are there still, as far as is known.
        follow(reading, present: (curve.counts.last ?? 0) + (step?.admitted ?? 0), seconds: passed)

        let measured = Self.lately(reading, Self.measuredSeconds)
        let isHeldBack = reading.openedAt != nil && (isLimitedBySeats || !reading.isOnSale)
        let told = told(perSecond, measured, reading, isHeldBack: isHeldBack, seconds: passed)
        return Decision(
            step: step,
            forecast: LineForecast(
                presentAhead: curve.counts, admissionsPerSecond: told,
                admissionsError: told > 0 && measured > 0 ? min(1, abs(measured - told) / told) : 0.5,
                leavingPerSecond: leaving.perSecond, seatsLeft: budget?.seatsLeft,
                seatsPerAdmission: budget?.seatsPerAdmission ?? min(2, Double(reading.seatsPerCustomerMax)),
                isSoldOut: reading.seats.map { $0.available == 0 && $0.held == 0 } ?? false,
                isPaceUnknown: pace.flatMap { $0.isKnown ? nil : true }))
    }

    // MARK: Parts

    /// The pace begins with the opening, or when this process begins to move the line.
    private mutating func follow(_ reading: Reading, ceiling: Double, seconds: Double) {
        if seconds > 0 {
            let share = 1 - exp(-seconds / Self.takenSmoothingSeconds)
            takenPerSecond += (Double(holds) / seconds - takenPerSecond) * share
            holds = 0
        }
        guard reading.openedAt != nil, reading.isMoving else {
            pace = nil
            return
        }
        var pace = pace ?? begin(reading, ceiling: ceiling)
        var load = reading.load
        load.takenPerSecond = takenPerSecond
        let usual = servedPerSecond(reading) ?? Self.lately(reading, Self.measuredSeconds)
        load.usualPerSecond = usual > 0 ? usual : nil
        pace.follow(load, ceiling: ceiling, seconds: seconds)
        self.pace = pace
    }

    /// Whoever goes on for another process takes what that one called for what can be taken: the customers who come for
    /// seats came to the other one.
    private mutating func begin(_ reading: Reading, ceiling: Double) -> AdmissionPace {
        let lately = Self.lately(reading, Self.inheritedSeconds)
        takenPerSecond = max(takenPerSecond, lately)
        (holdsSince, calledBefore) = (0, reading.line.history.last?.admittedCount ?? 0)
        return AdmissionPace(settings: settings, ceiling: ceiling, lately: lately)
    }

    /// The pace that those who wait are told.
    private mutating func told(
        _ perSecond: Double, _ measured: Double, _ reading: Reading, isHeldBack: Bool, seconds: Double
    ) -> Double {
        guard !isHeldBack else { return measured }
        guard let pace else { return perSecond }
        toldPace.follow(pace, takenPerSecond: servedPerSecond(reading), seconds: seconds)
        return toldPace.perSecond
    }

    /// As many as may be called in a second for the services to be as busy as they are: so many customers come for seats
    /// as they take, and more are called, since some don't come. Nil where too little is known.
    private func servedPerSecond(_ reading: Reading) -> Double? {
        guard let before = calledBefore, holdsSince >= Self.servedHoldsMin else { return nil }
        let history = reading.line.history
        let decided = (history.last?.admittedCount ?? 0) - history.admitted(since: near(reading)) - before
        let holdsForEach = Double(holdsSince) / Double(max(1, decided))
        return takenPerSecond / min(Self.holdsForEachMost, max(Self.holdsForEachLeast, holdsForEach))
    }

    private mutating func budget(_ reading: Reading) -> SeatBudget? {
        guard let seats = reading.seats else { return nil }
        let history = reading.line.history
        let since = reading.now.advanced(bySeconds: -Int64(span.seconds))
        taken.follow(
            seats.taken, at: reading.now, history, since: since,
            usualSeats: SeatBudget.usualSeats(upTo: reading.seatsPerCustomerMax))
        return SeatBudget(
            seats, admitted: max(0, (history.last?.admittedCount ?? 0) - taken.start.decided),
            undecided: history.admitted(since: since), takenLately: max(0, seats.taken - taken.count(at: since)),
            takenByOthers: taken.start.taken, calledLately: history.admitted(since: near(reading)),
            seatsPerCustomerMax: reading.seatsPerCustomerMax)
    }

    /// Since when those were called of whom half have not chosen yet.
    private func near(_ reading: Reading) -> Timestamp {
        reading.now.advanced(bySeconds: -Int64(max(1, min(span.meanTaken, span.seconds))))
    }

    /// The step that is due; nil where nobody is to be called.
    private mutating func step(_ reading: Reading, _ perSecond: Double, _ calls: Int) -> FrontPlan? {
        let line = reading.line
        guard let openedAt = reading.openedAt, !line.needsRanking else { return nil }
        let last = line.standing.entryCount
        guard line.history.front < last else {
            carry = 0
            return nil
        }
        let since = max(openedAt, line.history.last?.steppedAt ?? openedAt)
        let seconds = Double(reading.now.unixMicroseconds - since.unixMicroseconds) / 1_000_000
        guard seconds >= Self.stepSeconds, perSecond > 0 else { return nil }
        let due = perSecond * min(seconds, max(Self.arrearsSecondsMax, 1 / perSecond)) + carry
        // One that is due but for a rounding is due.
        let count = min(Int(due + 1e-6), calls)
        guard count > 0 else { return nil }
        carry = min(1, max(0, due - Double(count)))
        let plan = FrontPlan(after: line.history.front, last: last, calls: count) { position in
            line.number(at: position).map(reading.presence.counts) ?? true
        }
        return plan.front > line.history.front ? plan : nil
    }

    private func curve(_ reading: Reading, behind front: Int64) -> PresenceCurve {
        let line = reading.line
        let isRanked = line.standing.published.state == .open && !line.needsRanking
        return PresenceCurve(of: max(0, line.standing.entryCount - front)) { place in
            // Before the ranking any order will do.
            reading.presence.counts(isRanked ? line.number(at: front + place) ?? 0 : front + place)
        }
    }

    /// Whoever is missing of those who were there, came and were not called has left.
    private mutating func follow(_ reading: Reading, present: Int, seconds: Double) {
        let entries = reading.line.standing.entryCount
        switch reading.presence {
        case .unknown: leaving.forget()
        case .known:
            leaving.follow(
                present: present, came: max(0, entries - entriesBefore),
                called: reading.line.history.last?.admittedCount ?? 0, seconds: seconds)
        }
        entriesBefore = entries
    }

    /// Customers called in a second, over some that passed: pauses among them count.
    private static func lately(_ reading: Reading, _ span: Double) -> Double {
        guard let openedAt = reading.openedAt else { return 0 }
        let since = max(openedAt, reading.now.advanced(bySeconds: -Int64(span)))
        let seconds = Double(reading.now.unixMicroseconds - since.unixMicroseconds) / 1_000_000
        guard seconds >= 1 else { return 0 }
        return Double(reading.line.history.admitted(since: since)) / seconds
    }
}
