import Foundation
public import LoadModel
public import Ticketing
import ViewerCrowd

/// A scenario that is played: one open loop, spread over some threads.
public final class LoadRun: Sendable {
    /// Why it could not begin.
    public struct Failure: Error, CustomStringConvertible {
        /// A sentence for a person.
        public let description: String
    }

    /// What came of it.
    public struct Outcome: Sendable {
        /// All threads together.
        public let tally: LoadTally
        /// How long it took.
        public let seconds: Double
        /// Customers who came, and arrivals for which none was left.
        public let customersTaken: Int
        public let customersMissing: Int
    }

    private let scenario: Scenario
    private let stretches: [RateStretch]
    private let target: LoadTarget
    private let exchanges: [LoadExchange]
    private let threads: [LoadPlan]
    private let customerQueue: CustomerQueue

    /// A run that has not begun.
    /// - Parameters:
    ///   - stretches: the rate of each phase, now that the capacity is known.
    ///   - customersFrom: how many came before, in another run.
    ///   - keepsMarks: whether holds are noted for ``takeMarks()``.
    ///   - isUrgent: whether its threads ask to run before all others, as far as that leaves room for those.
    public init(
        _ scenario: Scenario, stretches: [RateStretch], at target: LoadTarget, customers: CustomerTokens,
        customersFrom: Int = 0, threads: Int = 1, keepsMarks: Bool = false, isUrgent: Bool = false
    ) {
        precondition(stretches.count == scenario.phases.count, "a rate for each phase")
        precondition(threads >= 1, "a run on no thread")
        self.scenario = scenario
        self.stretches = stretches
        self.target = target
        let customerQueue = CustomerQueue(customers.count, from: customersFrom, isRound: scenario.customersReturn)
        self.customerQueue = customerQueue
        let run = String(UInt32.random(in: .min ... .max), radix: 36)
        exchanges = (0..<threads).map { _ in LoadExchange() }
        self.threads = (0..<threads).map { thread in
            LoadPlan(
                scenario: scenario, stretches: stretches, target: target, customers: customers,
                customerQueue: customerQueue, run: run, thread: thread, threads: threads, keepsMarks: keepsMarks,
                isUrgent: isUrgent)
        }
    }

    /// Connects, and lets the first arrival come a moment later, or at a certain time; answers when that is.
    /// - Throws: `Failure` where nobody listens.
    public func begin(notBefore time: Timestamp? = nil) async throws -> Timestamp {
        for (plan, exchange) in zip(threads, exchanges) {
            Thread.detachNewThread { LoadLoop(plan: plan, exchange: exchange).run() }
        }
        while exchanges.contains(where: { $0.connections == nil }) { try await Task.sleep(for: .milliseconds(5)) }
        guard exchanges.allSatisfy({ ($0.connections ?? 0) > 0 }) else {
            stop()
            throw Failure(
                description: "Nobody speaks HTTP/2 at \(target.address.host):\(target.address.port): "
                    + "is the gateway there?")
        }
        let wait = (time?.unixMicroseconds ?? 0) * 1_000 - LoadClock.wall
        let pause = max(50_000_000, wait)
        let start = LoadClock.now + pause
        for exchange in exchanges { exchange.begin(at: start) }
        return Timestamp(unixMicroseconds: (LoadClock.wall + pause) / 1_000)
    }

    /// How it is now; nil before the first second is over.
    public var moment: LiveMoment? {
        let news = exchanges.compactMap(\.news)
        guard let newest = news.map(\.second).max() else { return nil }
        var last = SecondTally()
        // Who is a second behind has nothing to tell yet.
        for one in news where one.second == newest { last.merge(one.tally) }
        let plan = threads[0]
        let instant = Int64(newest) * 1_000_000_000
        let phase = plan.phase(at: instant)
        return LiveMoment(
            seconds: Double(newest + 1),
            phase: phase < scenario.phases.count ? scenario.phases[phase].name : "those who are on their way",
            offeredPerSecond: RateStretch.rate(at: Double(newest) + 0.5, of: stretches), last: last,
            journeys: news.reduce(0) { $0 + $1.journeys }, goals: news.reduce(0) { $0 + $1.goals },
            strange: news.reduce(0) { $0 + $1.strange }, lost: news.reduce(0) { $0 + $1.lost })
    }

    /// Holds that were answered since this was asked last.
    public func takeMarks() -> [MapLagBook.Mark] { exchanges.flatMap { $0.takeMarks() } }

    /// Lets nobody new ask; what is under way is waited for.
    public func stop() {
        for exchange in exchanges { exchange.stop() }
    }

    /// Whether all threads have ended.
    public var isOver: Bool { exchanges.allSatisfy(\.isOver) }

    /// Waits for the end.
    public func outcome() async -> Outcome {
        var whole = LoadTally(phases: scenario.phases.count)
        for exchange in exchanges { whole.merge(await exchange.tally()) }
        return Outcome(
            tally: whole, seconds: Double(whole.seconds.count), customersTaken: customerQueue.taken,
            customersMissing: customerQueue.missing)
    }
}
