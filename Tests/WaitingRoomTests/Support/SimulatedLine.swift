import Ticketing
import WaitingRoom
import Wire

/// A line, its customers and its seats, second by second, without any process.
struct SimulatedLine {
    /// How it begins.
    struct Crowd {
        var count = 5_000
        /// Which share leaves, silently, at any moment of some minutes.
        var leavingShare = 0.6
        var leavingWithinSeconds = 300.0
        var admissionsPerMinuteMax = 3_000
        var seats = 1_000_000
        /// How long who is called takes to choose, in seconds.
        var choosing = 1.0...5.0
        var awaySeconds = 60.0
    }

    /// Somebody who was called and comes for seats, once or again.
    private struct Choice {
        var at: Double
        let calledAt: Double
        let seats: Int
        var refusals = 0
    }

    let crowd: Crowd
    /// One process decides, or several that do so at once.
    var controls: [AdmissionControl]
    /// Which of them moves the line while the others watch; nil where all would.
    var mover: Int?
    /// Customers whose wish for seats the services fulfil in a second: more wait, and make commits slow.
    var servedPerSecond = Int.max
    /// Whether services refuse what they can't do at once, as they do in a rush, and who is refused comes again after a
    /// second, then after two: then nobody waits, and no commit is slow.
    var refuses = false
    private var refused = 0
    private(set) var line: Line
    /// By position: when each was called.
    private(set) var calledAt: [Int64: Int64] = [:]
    private(set) var available: Int
    private var leavesAt: [Double]
    private var choosing: [Choice] = []
    private var asking: [Choice] = []
    private var random = SplitMix()
    private(set) var second: Int64 = 0
    /// What somebody at a position was told, and how long it took in the end is known later.
    private(set) var told: [(position: Int64, at: Int64, seconds: Double)] = []

    init(_ crowd: Crowd = Crowd(), processes: Int = 1) {
        self.crowd = crowd
        controls = Array(repeating: AdmissionControl(), count: processes)
        line = Line(Samples.standing(listed: 0, entries: Int64(crowd.count)), steps: [])
        available = crowd.seats
        leavesAt = [.infinity]
        for _ in 0..<crowd.count {
            let leaves = random.share() < crowd.leavingShare
            leavesAt.append(
                leaves ? (random.share() - 0.5) * crowd.leavingWithinSeconds : .infinity)
        }
    }

    /// How many there are who have not left.
    var staying: Int { leavesAt.filter { $0 == .infinity }.count - 1 }

    /// Whether a position's customer has not left yet.
    func isThere(_ position: Int64) -> Bool { leavesAt[Int(position)] > Double(second) }

    /// Lets time pass; without a load that is told it follows from those who wait for seats.
    mutating func run(seconds: Int, load: ((Int64) -> ServiceLoad)? = nil) {
        for _ in 0..<seconds {
            second += 1
            hold()
            for place in controls.indices { decide(place, load?(second) ?? ownLoad) }
            tell()
        }
    }

    /// Time passes, customers choose, and nobody decides: the process that did is dead or stands still.
    mutating func stand(seconds: Int) {
        for _ in 0..<seconds {
            second += 1
            hold()
        }
    }

    /// How far what was told was off, each as a share of what it was in the end; ascending. `span`: of what was told
    /// in these seconds.
    func errors(_ span: Range<Int64> = 0..<(.max)) -> [Double] {
        told.compactMap { position, at, seconds -> Double? in
            guard span.contains(at), let called = calledAt[position], called - at > 2 else { return nil }
            return abs(seconds - Double(called - at)) / Double(called - at)
        }.sorted()
    }

    /// A second of waiting makes a commit 150 ms slower, and its batch wait 100 ms.
    private var ownLoad: ServiceLoad {
        if refuses { return ServiceLoad(commit: .milliseconds(5), refused: refused) }
        let seconds = Double(asking.count) / Double(servedPerSecond)
        return ServiceLoad(
            commit: .milliseconds(5 + Int64(150 * min(seconds, 1_000))),
            batchWait: .milliseconds(Int64(100 * min(seconds, 1_000))))
    }

    private mutating func decide(_ place: Int, _ load: ServiceLoad) {
        var bits = PresenceBits()
        for (position, leaves) in leavesAt.enumerated() where leaves + crowd.awaySeconds > Double(second) {
            bits.insert(Int64(position))
        }
        let before = line.history
        let decision = controls[place].decide(
            AdmissionControl.Reading(
                now: Samples.after(second), line: line, openedAt: Samples.noon, isOnSale: true,
                isMoving: mover.map { $0 == place } ?? true,
                admissionsPerMinuteMax: crowd.admissionsPerMinuteMax, seatsPerCustomerMax: 6,
                seats: SeatBudget.Seats(available: available, held: 0, sold: crowd.seats - available), load: load,
                presence: .known(bits)))
        guard mover.map({ $0 == place }) ?? true else { return }
        var standing = line.standing
        standing.readAt = Samples.after(second)
        standing.forecast = decision.forecast
        var steps: [LineStep] = []
        // As the ledger does: one step behind another, and none twice.
        if let step = decision.step, step.front > before.front {
            let sequence = (before.last?.sequence ?? 0) + 1
            let admitted = (before.last?.admittedCount ?? 0) + Int64(step.admitted)
            steps = [
                LineStep(
                    sequence: sequence, front: step.front, admittedCount: admitted, steppedAt: Samples.after(second))
            ]
            standing.front = step.front
            for position in before.front + 1...step.front { call(position) }
        }
        line.follow(standing, steps: steps)
    }

    private mutating func call(_ position: Int64) {
        calledAt[position] = second
        guard isThere(position) else { return }
        let span = crowd.choosing.upperBound - crowd.choosing.lowerBound
        let after = crowd.choosing.lowerBound + random.share() * span
        choosing.append(
            Choice(at: Double(second) + after, calledAt: Double(second), seats: 1 + Int(random.share() * 4)))
    }

    private mutating func hold() {
        let now = Double(second)
        asking += choosing.filter { $0.at <= now }
        choosing.removeAll { $0.at <= now }
        for choice in asking.prefix(servedPerSecond) {
            // Until then it waits at a gateway, where nobody who decides knows of it.
            for place in controls.indices where mover.map({ $0 == place }) ?? true {
                controls[place].noteHold(secondsAfterCall: now - choice.calledAt)
            }
            if choice.seats <= available { available -= choice.seats }
        }
        asking.removeFirst(min(asking.count, servedPerSecond))
        if refuses { refuse() }
    }

    private mutating func refuse() {
        refused = asking.count
        for var choice in asking {
            choice.refusals += 1
            choice.at = Double(second) + Double(1 << min(choice.refusals - 1, 10)) * (0.5 + 0.5 * random.share())
            choosing.append(choice)
        }
        asking = []
    }

    /// Some of those who wait ask.
    private mutating func tell() {
        let waiting = line.waitingCount
        guard waiting > 0 else { return }
        for _ in 0..<20 {
            let ahead = Int64(random.share() * Double(waiting))
            let position = line.history.front + 1 + ahead
            guard position <= line.standing.entryCount, isThere(position) else { continue }
            let forecast = line.standing.forecast
            let present = forecast.present(ahead: ahead, of: waiting)
            guard !SeatOutlook(behind: present, forecast).isHopeless, forecast.isPaceUnknown != true,
                let estimate = WaitEstimate(behind: present, forecast)
            else { continue }
            told.append((position, second, estimate.seconds))
        }
    }
}

/// Chance that is the same each time.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64 = 0x5EED

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    mutating func share() -> Double { Double.random(in: 0..<1, using: &self) }
}
