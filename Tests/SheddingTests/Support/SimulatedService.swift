import Foundation

@testable import Shedding

/// A service with so many workers behind an intake, with a clock that a test moves: who comes when, how long the work
/// takes and what the intake does with it.
///
/// Times are seconds. One in a hundred takes six times as long as usual.
struct SimulatedService {
    /// Somebody who comes: when, and how much it matters.
    struct Visit {
        let cameAt: Double
        let priority: RequestPriority
    }

    /// What came of those who came within one second.
    struct Second {
        var served = 0
        var refused = 0
        var waits: [Double] = []
        var refusalWaits: [Double] = []
        var limit = 0

        /// The time, of 100, that 99 don't pass; 0 where nobody was.
        static func percentile99(_ times: [Double]) -> Double {
            times.isEmpty ? 0 : times.sorted()[min(times.count - 1, times.count * 99 / 100)]
        }
    }

    let workers: Int
    /// What a batch takes by itself, and each in it, where all who wait are served together, one batch after the other.
    var batch: (alone: Double, each: Double)?
    /// How long after the one before it a batch begins at the soonest, where so much time brings two or more.
    var batchDistance = 0.0
    /// How long the work takes on average, as a function of the time.
    var workSeconds: (Double) -> Double = { _ in 0.003 }
    /// As what those who were served count.
    var outcome = IntakeOutcome.served
    /// Whether everybody knocks before they come.
    var hasDoorstep = false
    /// What a worker loses by refusing somebody who knocks, and somebody who was let in, as shares of the usual work.
    var refusalShares = (knocking: 0.0, inside: 0.0)

    private(set) var machine: IntakeStateMachine<Int>
    private(set) var seconds: [Second] = []
    private(set) var servedByPriority: [RequestPriority: Int] = [:]
    private(set) var refusedByPriority: [RequestPriority: Int] = [:]

    private let kind: Int
    private var chance = Chance(seed: 7)
    private var now = 0.0
    private var visits: [Visit] = []
    private var enteredAt: [Int: Double] = [:]
    /// Those whom a worker has, with when it is done.
    private var working: [(visit: Int, doneAt: Double)] = []
    private var line: [Int] = []
    private var lastBatch = (beganAt: -Double.infinity, items: 0)
    /// When a batch that waits for company begins.
    private var batchDueAt = Double.infinity
    /// What refusals took of the workers' time, to be lost by those who begin next.
    private var lost = 0.0

    init(workers: Int, settings: IntakeSettings = IntakeSettings()) {
        self.workers = workers
        machine = IntakeStateMachine(settings: settings)
        kind = machine.addKind()
    }

    /// What the workers can do in a second.
    var capacity: Double { Double(workers) / workSeconds(now) / 1.05 }

    /// Lets requests come by chance, so many a second on average, for some seconds.
    mutating func come(
        perSecond: Double, for duration: Double, priority: (inout Chance) -> RequestPriority = { _ in .high }
    ) {
        let end = now + duration
        var next = now + pause(perSecond)
        var nextLook = now + 0.005
        while true {
            let done = working.reduce(.infinity) { min($0, $1.doneAt) }
            now = min(end, next, done, nextLook, batchDueAt)
            if now >= end { return }
            if now == done {
                finish()
            } else if now == batchDueAt {
                batchDueAt = .infinity
                beginBatch()
            } else if now == next {
                arrive(priority(&chance))
                next = now + pause(perSecond)
            } else {
                tell(machine.timePassed(at: instant))
                nextLook = now + 0.005
            }
        }
    }

    /// Lets so many come at the same instant.
    mutating func comeAtOnce(_ count: Int, _ priority: RequestPriority = .high) {
        for _ in 0..<count { arrive(priority) }
    }

    /// What came of those who came within these seconds.
    func total(_ range: Range<Int>) -> Second {
        seconds[range].reduce(into: Second()) { total, second in
            total.served += second.served
            total.refused += second.refused
            total.waits += second.waits
            total.refusalWaits += second.refusalWaits
            total.limit = max(total.limit, second.limit)
        }
    }

    // MARK: Helpers

    private var instant: Int64 { Int64(now * 1e9) }

    private mutating func pause(_ perSecond: Double) -> Double {
        perSecond > 0 ? -log(1 - chance.share()) / perSecond : .infinity
    }

    private mutating func work() -> Double {
        let usual = workSeconds(now) * (0.6 + 0.8 * chance.share())
        defer { lost = 0 }
        return (chance.share() < 0.01 ? 6 * usual : usual) + lost
    }

    private mutating func arrive(_ priority: RequestPriority) {
        visits.append(Visit(cameAt: now, priority: priority))
        let visit = visits.count - 1
        if hasDoorstep, machine.knocked(kind, priority, at: instant) != nil {
            return refuse(visit, at: refusalShares.knocking)
        }
        switch machine.arrived(kind, priority, at: instant) {
        case .entered: begin(visit)
        case .refused: refuse(visit, at: refusalShares.inside)
        case .mustWait: tell(machine.waits(visit, priority, deadline: .max, at: instant))
        }
    }

    private mutating func tell(_ told: IntakeStateMachine<Int>.Told) {
        for visit in told.entered { begin(visit) }
        for (visit, _) in told.refused { refuse(visit, at: refusalShares.inside) }
    }

    private mutating func begin(_ visit: Int) {
        enteredAt[visit] = now
        line.append(visit)
        beginWork()
    }

    private mutating func beginWork() {
        if batch != nil {
            guard working.isEmpty, !line.isEmpty, batchDueAt == .infinity else { return }
            let left = lastBatch.beganAt + batchDistance - now
            let perSecond = Double(lastBatch.items) / max(0.000_1, now - lastBatch.beganAt)
            if left > 0, perSecond * batchDistance >= 2 || line.count >= 2 {
                batchDueAt = now + left
            } else {
                beginBatch()
            }
        } else if working.count < workers, !line.isEmpty {
            working.append((line.removeFirst(), now + work()))
        }
    }

    private mutating func beginBatch() {
        guard let batch, !line.isEmpty else { return }
        let takes = batch.alone + batch.each * Double(line.count) + lost
        working = line.map { ($0, now + takes) }
        lastBatch = (now, line.count)
        line = []
        lost = 0
    }

    private mutating func finish() {
        guard let index = working.firstIndex(where: { $0.doneAt == now }) else { return }
        let visit = working.remove(at: index).visit
        beginWork()
        let latency = now - (enteredAt.removeValue(forKey: visit) ?? now)
        let waited = now - visits[visit].cameAt
        note {
            $0.served += 1
            $0.waits.append(waited)
        }
        servedByPriority[visits[visit].priority, default: 0] += 1
        tell(machine.left(kind, outcome, nanoseconds: Int64(latency * 1e9), at: instant))
    }

    private mutating func refuse(_ visit: Int, at share: Double) {
        lost += share * workSeconds(now)
        let waited = now - visits[visit].cameAt
        note {
            $0.refused += 1
            $0.refusalWaits.append(waited)
        }
        refusedByPriority[visits[visit].priority, default: 0] += 1
    }

    private mutating func note(_ what: (inout Second) -> Void) {
        while seconds.count <= Int(now) { seconds.append(Second()) }
        what(&seconds[Int(now)])
        seconds[Int(now)].limit = machine.limit.current
    }
}
