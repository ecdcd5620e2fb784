import ActorTransport
import Contracts
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Gateway

/// Holds of many requests that cross as one call, by a carrier that answers when it is told to.
struct HoldGathererTests {
    /// Keeps the calls that are on their way.
    private final class Carrier: Sendable {
        struct Call: Sendable {
            let command: HoldsCommand
            let context: CallContext
            let answer: CheckedContinuation<HoldsAnswer, any Error>
        }

        private let state = Mutex<[Call]>([])
        var calls: [Call] { state.withLock { $0 } }

        func carry(_ command: HoldsCommand) async throws -> HoldsAnswer {
            try await withCheckedThrowingContinuation { answer in
                state.withLock { $0.append(Call(command: command, context: .current, answer: answer)) }
            }
        }

        /// Waits for the call of a number, counted from 0.
        func call(_ number: Int) async throws -> Call {
            try await eventually("call \(number) goes") { self.calls.count > number }
            return calls[number]
        }
    }

    /// A clock that stands still until it is moved, and pauses that end by it.
    private final class Time: Sendable {
        private struct State {
            var now = ContinuousClock.now
            var pauses: [(until: ContinuousClock.Instant, end: CheckedContinuation<Void, Never>)] = []
        }

        private let state = Mutex(State())
        var now: ContinuousClock.Instant { state.withLock { $0.now } }
        var pauses: Int { state.withLock { $0.pauses.count } }

        func pause(_ span: Duration) async {
            await withCheckedContinuation { end in
                state.withLock { $0.pauses.append(($0.now + span, end)) }
            }
        }

        func pass(_ span: Duration) {
            let ended = state.withLock { state in
                state.now += span
                let ended = state.pauses.filter { $0.until <= state.now }
                state.pauses.removeAll { $0.until <= state.now }
                return ended
            }
            for pause in ended { pause.end.resume() }
        }
    }

    private let performance = PerformanceID(high: 1, low: 1)
    private let carrier = Carrier()
    private let time = Time()
    private let gatherer: HoldGatherer

    init() {
        var settings = HoldGatheringSettings()
        settings.waitingMax = 3
        gatherer = HoldGatherer(
            settings: settings, now: { [time] in time.now }, pause: { [time] in await time.pause($0) },
            carry: { [carrier] in try await carrier.carry($0) })
    }

    /// A customer asks for a seat; the task ends with what they are told.
    private func ask(
        _ seat: SeatIndex, of performance: PerformanceID? = nil, deadline: Duration = .seconds(8)
    ) -> Task<Answer, any Error> {
        let context = CallContext(deadline: time.now + deadline, priority: .hold)
        let command = HoldCommand(
            customerId: CustomerID(high: 2, low: UInt64(seat)), idempotencyKey: "key-\(seat)", fingerprint: "00",
            seatIndexes: [seat])
        return Task { [gatherer, performance = performance ?? self.performance] in
            try await CallContext.$current.withValue(context) { try await gatherer.hold(command, in: performance) }
        }
    }

    /// Asks for seats in turn, behind a call that is on its way.
    private func gather(_ seats: ClosedRange<SeatIndex>) async throws -> [Task<Answer, any Error>] {
        var asked: [Task<Answer, any Error>] = []
        for seat in seats {
            let before = gatherer.waitingCount(of: performance)
            asked.append(ask(seat))
            try await eventually("seat \(seat) waits") { gatherer.waitingCount(of: performance) == before + 1 }
        }
        return asked
    }

    /// Until the window's end and everybody's time are waited for: what passes before that is not noticed.
    private func pausesAreTaken() async throws {
        try await eventually("the window and the time are watched") { time.pauses == 2 }
    }

    private func seats(_ call: Carrier.Call) -> [SeatIndex] { call.command.holds.flatMap { $0.seatIndexes ?? [] } }

    private func answer(_ seat: SeatIndex) throws -> Answer { try Answer([seat], status: 201) }

    /// Answers every hold of a call with its seat.
    private func grant(_ call: Carrier.Call) throws {
        call.answer.resume(
            returning: HoldsAnswer(shared: [], holds: try seats(call).map { .answered(try answer($0)) }))
    }

    private func failure(_ task: Task<Answer, any Error>) async -> CallFailure? {
        guard case .failure(let error) = await task.result else { return nil }
        return error as? CallFailure
    }

    @Test func `what comes while a call is on its way goes together, and each gets its own answer`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        #expect(alone.command.performanceId == performance && seats(alone) == [0])
        let others = try await gather(1...3)
        try grant(alone)
        let together = try await carrier.call(1)
        #expect(seats(together) == [1, 2, 3])
        #expect(Set(together.command.holds.map(\.requestId)).count == 3)
        #expect(together.context.priority == .hold)
        let shared = try SharedRefusal(Problem(.seatTaken).with { $0.seatIndexes = [2] })
        together.answer.resume(
            returning: HoldsAnswer(
                shared: [shared],
                holds: [
                    .answered(try answer(1)), .refused(shared: 0), .failed(HoldFailure(CallFailure(.overloaded))),
                ]))
        #expect(try await first.value == answer(0))
        #expect(try await others[0].value == answer(1))
        let refused = try await others[1].value
        let problem = try #require(try refused.body?.decode(Problem.self))
        #expect(refused.status == 409 && problem.seatIndexes == [2])
        #expect(problem.requestId == together.command.holds[1].requestId)
        #expect(await failure(others[2])?.code == .overloaded)
        try await eventually("nothing is left") { gatherer.lineCount == 0 }
    }

    @Test func `what waits goes when the window is over, though no call returned`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let others = try await gather(1...2)
        try await pausesAreTaken()
        time.pass(HoldGatheringSettings().window)
        let together = try await carrier.call(1)
        #expect(seats(together) == [1, 2])
        try grant(together)
        for (seat, other) in zip(1..., others) { #expect(try await other.value == answer(SeatIndex(seat))) }
        try grant(alone)
        #expect(try await first.value == answer(0))
    }

    @Test(arguments: [CallFailure.Code.overloaded, .outcomeUnknown, .unreachable, .draining])
    func `a call that fails fails each of its holds, and those of no other`(code: CallFailure.Code) async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let others = try await gather(1...2)
        let elsewhere = ask(9, of: PerformanceID(high: 1, low: 2))
        let another = try await carrier.call(1)
        #expect(another.command.performanceId != performance && seats(another) == [9])
        alone.answer.resume(throwing: CallFailure(code))
        #expect(await failure(first)?.code == code)
        let together = try await carrier.call(2)
        #expect(seats(together) == [1, 2])
        together.answer.resume(throwing: CallFailure(code))
        for other in others { #expect(await failure(other)?.code == code) }
        try grant(another)
        #expect(try await elsewhere.value == answer(9))
    }

    @Test func `who goes away is not waited for, and goes in no call that has not gone`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let others = try await gather(1...2)
        first.cancel()
        others[0].cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        await #expect(throws: CancellationError.self) { try await others[0].value }
        try grant(alone)
        let next = try await carrier.call(1)
        #expect(seats(next) == [2])
        try grant(next)
        #expect(try await others[1].value == answer(2))
    }

    @Test func `who asks from a task that is over hears so at once`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let late = Task { [gatherer, performance] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await gatherer.hold(
                HoldCommand(customerId: CustomerID(high: 3, low: 3), idempotencyKey: "k", fingerprint: "00"),
                in: performance)
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        try grant(alone)
        #expect(try await first.value == answer(0))
    }

    @Test func `a call lasts as long as its most patient customer, and says who is less so`() async throws {
        let first = ask(0, deadline: .seconds(1))
        let alone = try await carrier.call(0)
        #expect(alone.context.deadline == time.now + .seconds(1))
        let short = ask(1, deadline: .seconds(2))
        try await eventually("it waits") { gatherer.waitingCount(of: performance) == 1 }
        let long = ask(2, deadline: .seconds(5))
        try await eventually("both wait") { gatherer.waitingCount(of: performance) == 2 }
        try await pausesAreTaken()
        try grant(alone)
        let together = try await carrier.call(1)
        #expect(together.context.deadline == time.now + .seconds(5))
        #expect(together.command.holds.map(\.earlierMilliseconds) == [3_000, nil])
        // The time of one is over: what became of it is not known, and the other one still waits.
        time.pass(.seconds(3))
        #expect(await failure(short)?.code == .outcomeUnknown)
        try grant(together)
        #expect(try await long.value == answer(2))
        _ = try await first.value
    }

    @Test func `who has no time left before there is a call was not asked for`() async throws {
        var waiting: [Task<Answer, any Error>] = []
        for number in 0..<HoldGatheringSettings().callsMax {
            waiting.append(ask(SeatIndex(number), deadline: .seconds(1_000)))
            try await eventually("call \(number) goes") {
                time.pass(.milliseconds(2))
                return carrier.calls.count > number
            }
        }
        let late = ask(90, deadline: .seconds(1))
        try await eventually("no more calls go") { gatherer.waitingCount(of: performance) == 1 }
        try await eventually("its time is over") {
            time.pass(.milliseconds(100))
            return gatherer.waitingCount(of: performance) == 0
        }
        #expect(await failure(late)?.code == .expired)
        for call in carrier.calls { try grant(call) }
        for task in waiting { _ = try await task.value }
    }

    @Test func `more than may wait are told that there is no room`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let others = try await gather(1...3)
        #expect(await failure(ask(4))?.code == .overloaded)
        try grant(alone)
        try grant(try await carrier.call(1))
        _ = try await first.value
        for other in others { _ = try await other.value }
    }

    @Test func `one whose outcome is not known is asked for again, and nothing makes it undone`() async throws {
        let first = ask(0)
        let alone = try await carrier.call(0)
        let others = try await gather(1...2)
        try grant(alone)
        _ = try await first.value
        try await carrier.call(1).answer.resume(
            returning: HoldsAnswer(
                shared: [],
                holds: [.answered(try answer(1)), .failed(HoldFailure(CallFailure(.outcomeUnknown)))]))
        #expect(try await others[0].value == answer(1))
        let again = try await carrier.call(2)
        #expect(seats(again) == [2])
        again.answer.resume(throwing: CallFailure(.unavailable))
        #expect(await failure(others[1])?.code == .outcomeUnknown)
        #expect(carrier.calls.count == 3)
    }

    @Test func `what a customer wrote counts for how much goes together`() {
        let word = String(repeating: "x", count: 10_000)
        func bytes(_ set: (inout HoldCommand) -> Void) -> Int {
            var command = HoldCommand(customerId: CustomerID(high: 1, low: 1), idempotencyKey: "k", fingerprint: "00")
            set(&command)
            return GatheredHold(command, on: nil).bytes
        }
        #expect(bytes { $0.admissionToken = word } > 10_000)
        #expect(bytes { $0.bestAvailable = BestAvailableRequest(priceLevelId: word, quantity: 1) } > 10_000)
        #expect(bytes { $0.bestAvailable = BestAvailableRequest(sectionId: word, quantity: 1) } > 10_000)
        #expect(bytes { $0.seatIndexes = [SeatIndex](repeating: 1, count: 2_000) } > 10_000)
    }

    @Test func `an answer that does not fit its call is no answer`() async throws {
        let first = ask(0)
        try await carrier.call(0).answer.resume(returning: HoldsAnswer(shared: [], holds: []))
        #expect(await failure(first)?.code == .malformed)
        let second = ask(1)
        try await carrier.call(1).answer.resume(
            returning: HoldsAnswer(shared: [], holds: [.refused(shared: 0)]))
        #expect(await failure(second)?.code == .malformed)
    }
}
