import Testing

@testable import Shedding

/// Who enters, who waits, who is refused.
struct IntakeStateMachineTests {
    private static let millisecond: Int64 = 1_000_000

    /// A machine with a fixed limit.
    private func machine(_ limit: Int, _ adjust: (inout IntakeSettings) -> Void = { _ in }) -> IntakeStateMachine<Int> {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (limit, limit, limit)
        settings.sharePercents = [:]
        adjust(&settings)
        var machine = IntakeStateMachine<Int>(settings: settings)
        _ = machine.addKind()
        return machine
    }

    /// Fills the machine with requests that never leave.
    private func fill(_ machine: inout IntakeStateMachine<Int>, _ count: Int) {
        for _ in 0..<count { #expect(machine.arrived(0, .critical, at: 0) == .entered) }
    }

    private func leave(_ machine: inout IntakeStateMachine<Int>, at now: Int64) -> IntakeStateMachine<Int>.Told {
        machine.left(0, .untypical, nanoseconds: 0, at: now)
    }

    private func wouldEnter(
        _ machine: inout IntakeStateMachine<Int>, _ priority: RequestPriority, at now: Int64
    ) -> Bool { machine.wouldEnter(priority, at: now) }

    // MARK: Places

    @Test func `below the limit everybody enters, above it one waits and the first gets the next place`() {
        var machine = machine(2)
        fill(&machine, 2)
        #expect(machine.arrived(0, .high, at: 0) == .mustWait)
        #expect(machine.waits(1, .high, deadline: .max, at: 0).entered == [])
        #expect(machine.waits(2, .high, deadline: .max, at: 1).entered == [])
        #expect(leave(&machine, at: 2).entered == [1])
        #expect(leave(&machine, at: 3).entered == [2])
        #expect(machine.inFlight == 2)
    }

    @Test func `the less it matters the earlier a request finds no place`() {
        var machine = machine(10) { $0.sharePercents = [.high: 90, .medium: 80, .low: 70, .lowest: 50] }
        var filled: [RequestPriority: Int] = [:]
        for priority in RequestPriority.allCases.reversed() {
            while machine.arrived(0, priority, at: 0) == .entered {}
            filled[priority] = machine.inFlight
        }
        #expect(filled == [.lowest: 5, .low: 7, .medium: 8, .high: 9, .critical: 10])
    }

    @Test func `one of each priority may enter however small the limit is`() {
        for priority in RequestPriority.allCases {
            var machine = machine(1) { $0.sharePercents = [.lowest: 50] }
            #expect(machine.arrived(0, priority, at: 0) == .entered)
        }
    }

    @Test func `a newcomer does not pass those who wait with its priority, and passes those below it`() {
        var machine = machine(2) { $0.sharePercents = [.low: 50] }
        fill(&machine, 1)
        _ = machine.waits(1, .low, deadline: .max, at: 0)
        #expect(machine.arrived(0, .low, at: 1) == .mustWait)
        #expect(machine.arrived(0, .high, at: 1) == .entered)
    }

    // MARK: The queue

    @Test func `those who matter most are served first`() {
        var machine = machine(1)
        fill(&machine, 1)
        for (waiter, priority) in RequestPriority.allCases.reversed().enumerated() {
            _ = machine.waits(waiter, priority, deadline: .max, at: Int64(waiter))
        }
        let order = (0..<5).flatMap { leave(&machine, at: 10 + Int64($0)).entered }
        #expect(order == [4, 3, 2, 1, 0])
    }

    @Test func `in a crowd that came at once the first is served first, and nobody is refused`() {
        var machine = machine(1)
        fill(&machine, 1)
        for waiter in 0..<100 { #expect(machine.waits(waiter, .high, deadline: .max, at: 0).refused.isEmpty) }
        let order = (0..<100).flatMap { leave(&machine, at: Int64($0) * Self.millisecond).entered }
        #expect(order == Array(0..<100))
        #expect(!machine.isOverloaded(at: 100 * Self.millisecond))
    }

    @Test func `when more come than can be served in time, those who waited longest make room`() {
        var machine = machine(1)
        fill(&machine, 1)
        var refused: [Int] = []
        // One place a millisecond, ten newcomers.
        for step in 0..<600 {
            let now = Int64(step) * Self.millisecond
            for newcomer in 0..<10 {
                refused += machine.waits(step * 10 + newcomer, .high, deadline: .max, at: now).refused.map(\.waiter)
            }
            _ = leave(&machine, at: now)
        }
        #expect(machine.isOverloaded(at: 600 * Self.millisecond))
        #expect(machine.queue.count <= 11)
        let served = leave(&machine, at: 600 * Self.millisecond).entered
        #expect(served.count == 1 && served.allSatisfy { $0 >= 5_980 })
        #expect(refused.count > 5_000)
    }

    // MARK: The doorstep

    /// Somebody who knocks and, if let in, comes; true where refused at the doorstep.
    private func visit(
        _ machine: inout IntakeStateMachine<Int>, _ waiter: Int, _ priority: RequestPriority = .high, at now: Int64,
        _ told: inout IntakeStateMachine<Int>.Told
    ) -> Bool {
        guard machine.knocked(0, priority, at: now) == nil else { return true }
        guard machine.arrived(0, priority, at: now) == .mustWait else { return false }
        let news = machine.waits(waiter, priority, deadline: .max, at: now)
        told.entered += news.entered
        told.refused += news.refused
        return false
    }

    @Test func `in an overload nearly all who are refused are refused as they knock, and who waits is served`() {
        var machine = machine(1)
        fill(&machine, 1)
        var (knocked, told) = (0, IntakeStateMachine<Int>.Told())
        for step in 0..<4_000 {
            let now = Int64(step) * Self.millisecond
            if step == 1_000 { (knocked, told) = (0, IntakeStateMachine<Int>.Told()) }
            for newcomer in 0..<10 where visit(&machine, step * 10 + newcomer, at: now, &told) { knocked += 1 }
            let news = leave(&machine, at: now)
            told.entered += news.entered
            let late = machine.timePassed(at: now)
            told.refused += news.refused + late.refused
        }
        #expect(knocked >= 26_900)
        #expect(told.entered.count >= 2_990)
        #expect(told.refused.count <= 30)
        // First in, first out.
        #expect(told.entered == told.entered.sorted())
    }

    @Test func `one who was let in has a place until it comes, and nobody else gets it`() {
        var machine = machine(2)
        #expect(machine.knocked(0, .high, at: 0) == nil)
        #expect(wouldEnter(&machine, .high, at: 0))
        #expect(machine.knocked(0, .high, at: 0) == nil)
        #expect(!wouldEnter(&machine, .high, at: 0))
        #expect(machine.arrived(0, .high, at: 1) == .entered)
        #expect(!wouldEnter(&machine, .high, at: 1))
        _ = leave(&machine, at: 2)
        #expect(wouldEnter(&machine, .high, at: 2))
    }

    @Test func `one that had no doorstep to pass is not taken for one that is expected`() {
        var machine = machine(2)
        #expect(machine.knocked(0, .high, at: 0) == nil)
        #expect(machine.arrived(0, .high, hasKnocked: false, at: 0) == .entered)
        #expect(!wouldEnter(&machine, .high, at: 0))
        #expect(machine.arrived(0, .high, at: 1) == .entered)
        #expect(machine.inFlight == 2)
    }

    @Test func `who was let in and never comes is forgotten soon`() {
        var machine = machine(2)
        for _ in 0..<2 { #expect(machine.knocked(0, .high, at: 0) == nil) }
        #expect(!wouldEnter(&machine, .high, at: 9 * Self.millisecond))
        #expect(wouldEnter(&machine, .high, at: 21 * Self.millisecond))
        // One who comes after all takes nothing from others.
        #expect(machine.arrived(0, .high, at: 22 * Self.millisecond) == .entered)
        #expect(machine.knocked(0, .high, at: 22 * Self.millisecond) == nil)
    }

    @Test func `a crowd that came at once is let in, up to what may wait at all`() {
        var machine = machine(1) { $0.queueMax = 100 }
        fill(&machine, 1)
        var told = IntakeStateMachine<Int>.Told()
        let refused = (0..<120).count { visit(&machine, $0, at: 0, &told) }
        #expect(refused == 20)
        #expect(told.refused.isEmpty)
        #expect(machine.queue.count == 100)
    }

    @Test func `in an overload who matters more is let in, and who pays in any case`() {
        var machine = machine(1)
        fill(&machine, 1)
        var told = IntakeStateMachine<Int>.Told()
        for step in 0..<600 {
            let now = Int64(step) * Self.millisecond
            for newcomer in 0..<10 { _ = visit(&machine, step * 10 + newcomer, .low, at: now, &told) }
            _ = leave(&machine, at: now)
        }
        let now = 600 * Self.millisecond
        while machine.knocked(0, .low, at: now) == nil { _ = machine.waits(0, .low, deadline: .max, at: now) }
        #expect(machine.knocked(0, .lowest, at: now) == .full)
        #expect(machine.knocked(0, .high, at: now) == nil)
        while machine.knocked(0, .high, at: now) == nil {}
        #expect(machine.knocked(0, .medium, at: now) == .full)
        #expect(machine.knocked(0, .critical, at: now) == nil)
    }

    @Test func `who is refused at the doorstep keeps an overload going, and it ends a second later`() {
        var machine = machine(1) { $0.queueMax = 1 }
        fill(&machine, 1)
        _ = machine.waits(1, .high, deadline: .max, at: 0)
        #expect(machine.knocked(0, .high, at: 0) == .full)
        #expect(machine.isOverloaded(at: 999 * Self.millisecond))
        #expect(!machine.isOverloaded(at: 1_000 * Self.millisecond))
    }

    // MARK: Queues that stand

    @Test func `a queue that does not end may stand as long as it is short`() {
        var machine = machine(1)
        fill(&machine, 1)
        // Ninety come, and one more for each that was served, every millisecond.
        var refused = 0
        for waiter in 0..<90 { refused += machine.waits(waiter, .high, deadline: .max, at: 0).refused.count }
        for step in 1..<3_000 {
            let now = Int64(step) * Self.millisecond
            _ = leave(&machine, at: now)
            refused += machine.waits(100 + step, .high, deadline: .max, at: now).refused.count
        }
        #expect(refused == 0)
        // Twice as many are too many.
        for waiter in 0..<90 {
            refused += machine.waits(10_000 + waiter, .high, deadline: .max, at: 3_000 * Self.millisecond).refused.count
        }
        #expect(refused > 0)
        #expect(machine.queue.count <= 11)
    }

    @Test func `an overload is over a second after the last one who waited in vain`() {
        var machine = machine(1)
        fill(&machine, 1)
        _ = machine.waits(1, .low, deadline: .max, at: 0)
        let now = 600 * Self.millisecond
        #expect(machine.timePassed(at: now).refused.map(\.refusal) == [.waited])
        #expect(machine.isOverloaded(at: now + 999 * Self.millisecond))
        #expect(!machine.isOverloaded(at: now + 1_000 * Self.millisecond))
    }

    @Test func `in an overload nobody waits long, but for those who matter most`() {
        var machine = machine(1)
        fill(&machine, 1)
        _ = machine.waits(0, .low, deadline: .max, at: 0)
        let now = 600 * Self.millisecond
        _ = machine.timePassed(at: now)
        _ = machine.waits(1, .high, deadline: .max, at: now)
        _ = machine.waits(2, .critical, deadline: .max, at: now)
        #expect(machine.timePassed(at: now + 4 * Self.millisecond).refused.isEmpty)
        #expect(machine.timePassed(at: now + 6 * Self.millisecond).refused.map(\.waiter) == [1])
        #expect(machine.timePassed(at: now + 499 * Self.millisecond).refused.isEmpty)
        #expect(machine.timePassed(at: now + 501 * Self.millisecond).refused.map(\.waiter) == [2])
    }

    @Test func `a full queue refuses those who matter least`() {
        var machine = machine(1) { $0.queueMax = 3 }
        fill(&machine, 1)
        _ = machine.waits(1, .low, deadline: .max, at: 0)
        _ = machine.waits(2, .lowest, deadline: .max, at: 1)
        _ = machine.waits(3, .medium, deadline: .max, at: 2)
        #expect(machine.waits(4, .high, deadline: .max, at: 3).refused.map(\.waiter) == [2])
        #expect(machine.waits(5, .critical, deadline: .max, at: 4).refused.map(\.waiter) == [1])
        #expect(machine.queue.count == 3)
    }

    @Test func `who has stopped waiting gets no place`() {
        var machine = machine(1)
        fill(&machine, 1)
        _ = machine.waits(1, .high, deadline: 5, at: 0)
        _ = machine.waits(2, .high, deadline: .max, at: 0)
        let told = leave(&machine, at: 5)
        #expect(told.refused.map(\.waiter) == [1])
        #expect(told.refused.map(\.refusal) == [.expired])
        #expect(told.entered == [2])
    }

    @Test func `those who matter least are served late, and not never`() {
        var machine = machine(1)
        fill(&machine, 1)
        _ = machine.waits(-1, .lowest, deadline: .max, at: 0)
        var turn: Int?
        for step in 0..<200 where turn == nil {
            _ = machine.waits(step, .high, deadline: .max, at: Int64(step))
            if leave(&machine, at: Int64(step)).entered.contains(-1) { turn = step }
        }
        #expect(turn.map { $0 >= 16 } == true)
    }

    // MARK: Elsewhere

    @Test func `who waits for somebody outside gives its place to another, and goes on in any case`() {
        var machine = machine(1)
        fill(&machine, 1)
        _ = machine.waits(1, .high, deadline: .max, at: 0)
        #expect(machine.wentElsewhere(0, at: 1).entered == [1])
        machine.cameBack(0)
        #expect(machine.inFlight == 2)
        #expect(machine.elsewhere == [0])
    }

    @Test func `only so many of a kind wait outside, and others of its priority are not in their way`() {
        var machine = machine(8) { $0.elsewhereMax = [.lowest: 2] }
        let other = machine.addKind()
        for _ in 0..<2 {
            #expect(machine.arrived(0, .lowest, at: 0) == .entered)
            _ = machine.wentElsewhere(0, at: 0)
        }
        #expect(machine.arrived(0, .lowest, at: 0) == .refused(.elsewhere))
        #expect(machine.arrived(other, .lowest, at: 0) == .entered)
        #expect(machine.arrived(0, .low, at: 0) == .entered)
        machine.cameBack(0)
        #expect(machine.arrived(0, .lowest, at: 0) == .entered)
    }
}
