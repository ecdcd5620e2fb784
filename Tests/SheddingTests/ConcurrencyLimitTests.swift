import Testing

@testable import Shedding

/// How many may be in flight, as a simulated service shows it: eight workers, three milliseconds each.
struct ConcurrencyLimitTests {
    private typealias Second = SimulatedService.Second

    @Test func `steady load with noise is served whole, and the limit stays calm`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.7 * service.capacity, for: 12)
        let limits = service.seconds[2..<12].map(\.limit)
        #expect(service.total(0..<12).refused == 0)
        #expect((limits.max() ?? 0) <= 2 * (limits.min() ?? 0))
    }

    @Test func `an overload brings the limit down to what is enough, at full speed`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.25 * service.capacity, for: 5)
        service.come(perSecond: 5 * service.capacity, for: 6)
        let crowd = service.total(7..<11)
        #expect(Double(crowd.served) >= 0.9 * 4 * service.capacity)
        #expect(crowd.limit <= 80)
        // One in a hundred takes 18 ms when it is alone.
        #expect(Second.percentile99(crowd.waits) <= 0.040)
        #expect(Second.percentile99(crowd.refusalWaits) <= 0.020)
    }

    @Test func `behind an overload half of the load is served whole after a second`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.25 * service.capacity, for: 4)
        service.come(perSecond: 5 * service.capacity, for: 5)
        service.come(perSecond: 0.5 * service.capacity, for: 4)
        let after = service.total(10..<13)
        #expect(after.refused == 0)
        #expect(Second.percentile99(after.waits) <= 0.040)
    }

    @Test func `when hardly anybody comes the limit stays as it was`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.7 * service.capacity, for: 4)
        let before = service.machine.limit.current
        service.come(perSecond: 0.5, for: 60)
        #expect(service.machine.limit.current == before)
        service.come(perSecond: 0.7 * service.capacity, for: 3)
        #expect(service.total(0..<67).refused == 0)
    }

    @Test func `a process that begins in the middle of a crowd finds what is enough`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 4 * service.capacity, for: 16)
        let last = service.total(13..<16)
        #expect(Double(last.served) >= 0.9 * 3 * service.capacity)
        #expect(last.limit <= 120)
        #expect(Second.percentile99(last.waits) <= 0.060)
    }

    @Test func `a service that became slower is used as far as it goes`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 400, for: 5)
        service.workSeconds = { _ in 0.012 }
        service.come(perSecond: 400, for: 20)
        #expect(service.total(15..<25).refused == 0)
    }

    @Test(arguments: [1_000.0, 4_000])
    func `where batches serve, a crowd's latencies do not become usual however long it lasts`(perSecond: Double) {
        var service = SimulatedService(workers: 1)
        // The more are in a batch the longer it takes, and the more are served in a second.
        service.batch = (alone: 0.012, each: 0.000_8)
        service.hasDoorstep = true
        service.come(perSecond: 60, for: 10)
        service.come(perSecond: perSecond, for: 240)
        let (early, late) = (service.total(20..<40), service.total(230..<250))
        #expect(Second.percentile99(late.waits) <= 1.1 * Second.percentile99(early.waits))
        #expect(Second.percentile99(late.waits) <= 2.5 * Second.percentile99(service.total(3..<10).waits))
        #expect(Double(late.served) >= 0.9 * Double(early.served))
        #expect(late.limit <= early.limit + 10)
    }

    @Test func `where a batch became slower by itself, as many are let in as before`() {
        var service = SimulatedService(workers: 1)
        service.batch = (alone: 0.006, each: 0.000_1)
        service.come(perSecond: 60, for: 10)
        service.batch = (alone: 0.040, each: 0.000_1)
        service.come(perSecond: 1_000, for: 120)
        #expect(Double(service.total(110..<130).served) >= 0.95 * 20 * 1_000)
    }

    @Test(arguments: [(0.002, 0.000_05, 0.012), (0.001, 0.000_03, 0.014)])
    func `a crowd out of a quiet night is served at full speed where batches wait for company`(
        alone: Double, each: Double, distance: Double
    ) {
        var service = SimulatedService(workers: 1)
        (service.batch, service.batchDistance) = ((alone, each), distance)
        service.hasDoorstep = true
        service.come(perSecond: 60, for: 10)
        service.come(perSecond: 5_000, for: 20)
        // However few are in flight, they take several times as long as in the night.
        #expect(Double(service.total(11..<30).served) >= 0.95 * 19 * 5_000)
        #expect(Second.percentile99(service.total(15..<30).waits) <= 0.030)
    }

    @Test func `what nobody would notice is too long where half of it serves as many`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.25 * service.capacity, for: 5)
        service.come(perSecond: 5 * service.capacity, for: 20)
        let crowd = service.total(20..<25)
        #expect(Double(crowd.served) >= 0.95 * 5 * service.capacity)
        #expect(crowd.limit <= 30)
        // For the next crowd that is not known.
        service.come(perSecond: 0.25 * service.capacity, for: 5)
        service.come(perSecond: 5 * service.capacity, for: 2)
        #expect(service.total(30..<32).limit > 30)
    }

    @Test func `a stall is over when it is over`() {
        var service = SimulatedService(workers: 8)
        service.workSeconds = { (5.0..<5.5).contains($0) ? 0.5 : 0.003 }
        service.come(perSecond: 0.5 * service.capacity, for: 10)
        #expect(service.total(8..<10).refused == 0)
        #expect(Double(service.total(8..<10).served) >= 0.4 * 2 * service.capacity)
    }

    @Test func `the limit keeps within its bounds`() {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (12, 20, 24)
        var service = SimulatedService(workers: 64, settings: settings)
        service.come(perSecond: 2_000, for: 2)
        service.come(perSecond: 20_000, for: 3)
        #expect(service.seconds.allSatisfy { (12...24).contains($0.limit) })
        service.workSeconds = { _ in 0.3 }
        service.come(perSecond: 2_000, for: 6)
        #expect(service.seconds.allSatisfy { (12...24).contains($0.limit) })
    }

    @Test func `services behind that refuse bring it down`() {
        var limit = ConcurrencyLimit(settings: IntakeSettings())
        let kind = limit.addKind()
        let before = limit.current
        for step in 0..<2_000 {
            limit.reached(before)
            if step % 4 == 0 { limit.served(kind, nanoseconds: 2_000_000) } else { limit.refusedBehind() }
            limit.departed(leaving: before - 1, at: Int64(step) * 1_000_000)
        }
        #expect(limit.current < before)
    }

    @Test func `what one kind takes tells nothing of another`() {
        var limit = ConcurrencyLimit(settings: IntakeSettings())
        let (quick, slow) = (limit.addKind(), limit.addKind())
        let before = limit.current
        for step in 0..<10_000 {
            limit.reached(4)
            // First the quick ones alone, then the slow ones among them.
            let isSlow = step > 5_000 && step % 2 == 0
            limit.served(isSlow ? slow : quick, nanoseconds: isSlow ? 300_000_000 : 1_000_000)
            limit.departed(leaving: 3, at: Int64(step) * 1_000_000)
        }
        #expect(limit.current == before)
        #expect(limit.baseline(of: slow).map { $0 > 200_000_000 } == true)
    }

    @Test(arguments: [2.0, 5, 10])
    func `who can't be served hears of it at once`(times: Double) {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.5 * service.capacity, for: 5)
        service.come(perSecond: times * service.capacity, for: 10)
        let crowd = service.total(5..<15)
        #expect(Double(crowd.served) >= 0.9 * 10 * service.capacity)
        #expect(Second.percentile99(crowd.refusalWaits) <= 0.022)
        #expect(Second.percentile99(crowd.waits) <= 0.040)
    }

    @Test func `a crowd that came at once is served whole, though others come meanwhile`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.1 * service.capacity, for: 3)
        service.comeAtOnce(800)
        service.come(perSecond: 0.1 * service.capacity, for: 3)
        #expect(service.total(0..<6).refused == 0)
    }

    // MARK: With a doorstep

    /// A service that loses a hundredth of a request's work by refusing one at the doorstep, and a twentieth inside.
    private func doorstepService() -> SimulatedService {
        var service = SimulatedService(workers: 8)
        service.hasDoorstep = true
        service.refusalShares = (knocking: 0.01, inside: 0.05)
        return service
    }

    @Test(arguments: [(2.0, 0.97), (5, 0.94), (10, 0.89), (20, 0.79)])
    func `what refusals cost is all that is lost to a crowd, and who is served is served soon`(
        times: Double, share: Double
    ) {
        var service = doorstepService()
        service.come(perSecond: 0.5 * service.capacity, for: 5)
        let quiet = service.total(2..<5)
        service.come(perSecond: times * service.capacity, for: 12)
        let crowd = service.total(7..<16)
        #expect(Double(crowd.served) >= share * 9 * service.capacity)
        #expect(Second.percentile99(crowd.waits) <= Second.percentile99(quiet.waits) + 0.025)
        #expect(Second.percentile99(crowd.refusalWaits) <= 0.010)
        // Inside, refusals are an exception.
        #expect(crowd.refusalWaits.count { $0 > 0 } <= crowd.refused / 20)
    }

    @Test(arguments: [10.0, 20])
    func `behind a crowd that was refused at the doorstep all are served at once`(times: Double) {
        var service = doorstepService()
        service.come(perSecond: 0.5 * service.capacity, for: 3)
        service.come(perSecond: times * service.capacity, for: 8)
        service.come(perSecond: 0.5 * service.capacity, for: 5)
        let after = service.total(12..<16)
        #expect(after.refused == 0)
        #expect(Second.percentile99(after.waits) <= 0.025)
    }

    @Test func `a crowd that came at once is let in at the doorstep and served whole`() {
        var service = doorstepService()
        service.come(perSecond: 0.1 * service.capacity, for: 3)
        service.comeAtOnce(800)
        service.come(perSecond: 0.1 * service.capacity, for: 3)
        #expect(service.total(0..<6).refused == 0)
    }

    @Test func `in a crowd that looks around those who hold are all served`() {
        var service = doorstepService()
        service.come(perSecond: 0.3 * service.capacity, for: 3)
        service.come(perSecond: 10 * service.capacity, for: 6) { chance in chance.share() < 0.03 ? .high : .low }
        let share = Double(service.refusedByPriority[.high] ?? 0) / Double(service.servedByPriority[.high] ?? 1)
        #expect(share <= 0.005)
        #expect(Double(service.total(5..<9).served) >= 0.85 * 4 * service.capacity)
    }

    // MARK: Where no latency counts

    @Test(arguments: [false, true])
    func `ten thousand who are told no within a second are all told, where that can be done`(hasDoorstep: Bool) {
        var service = SimulatedService(workers: 64)
        service.hasDoorstep = hasDoorstep
        service.workSeconds = { _ in 0.005 }
        service.outcome = .untypical
        service.come(perSecond: 10_000, for: 1)
        service.come(perSecond: 0, for: 1)
        let crowd = service.total(0..<2)
        #expect(crowd.refused == 0)
        #expect(crowd.served > 9_000)
        #expect(Second.percentile99(crowd.waits) <= 0.1)
        #expect(crowd.limit >= 64)
    }

    @Test(arguments: [(0.0, 9_000.0), (0.2, 9_000), (0.25, 12_000), (0, 7_000)])
    func `they are told however late that begins, though fewer be told in a second than come`(
        stall: Double, perSecond: Double
    ) {
        var service = SimulatedService(workers: 2)
        service.hasDoorstep = true
        service.workSeconds = { max(stall - $0, 2 / perSecond / 1.05) }
        service.outcome = .untypical
        service.come(perSecond: 10_000, for: 1)
        service.come(perSecond: 0, for: 1)
        #expect(service.total(0..<2).refused == 0)
    }

    @Test(arguments: [2.0, 5, 10])
    func `a sold-out house that more ask for than can be told does not raise the limit for nothing`(times: Double) {
        var service = SimulatedService(workers: 8)
        service.outcome = .untypical
        service.come(perSecond: times * service.capacity, for: 20)
        let crowd = service.total(0..<20)
        #expect(Double(crowd.served) >= 0.95 * 20 * service.capacity)
        #expect(service.machine.limit.current <= 128)
        #expect(Second.percentile99(service.total(2..<20).refusalWaits) <= 0.022)
    }

    @Test func `a probe ends when latencies stop counting, and half of the limit with it`() {
        var limit = ConcurrencyLimit(settings: IntakeSettings())
        let kind = limit.addKind()
        var now: Int64 = 0
        func step(_ count: Int, _ ended: (inout ConcurrencyLimit) -> Void) {
            for _ in 0..<count {
                now += 100_000
                limit.reached(limit.current)
                limit.turnedAway()
                ended(&limit)
                limit.departed(leaving: limit.current - 1, at: now)
            }
        }
        // As many are served with any limit: in the end half of it is tried.
        var whole = 0
        for _ in 0..<100_000 where limit.current >= whole {
            whole = limit.current
            step(1) { $0.served(kind, nanoseconds: 3_000_000) }
        }
        #expect(limit.current < whole)
        step(20_000) { $0.answered() }
        #expect(limit.current >= whole)
    }
}
