import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Shedding

/// The intake as tasks meet it.
struct IntakeTests {
    private let metrics = MetricsRegistry()

    private func intake(_ limit: Int, _ adjust: (inout IntakeSettings) -> Void = { _ in }) -> Intake {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (limit, limit, limit)
        settings.sharePercents = [:]
        (settings.burstWait, settings.overloadWait) = (.seconds(20), .seconds(20))
        adjust(&settings)
        return Intake("test", settings: settings, metrics: metrics)
    }

    private func slot(_ answer: Intake.Answer) throws -> IntakeSlot {
        guard case .entered(let slot) = answer else { throw NeverHappened(what: "a place") }
        return slot
    }

    private func refusal(_ answer: Intake.Answer) -> IntakeRefusal? {
        guard case .refused(let refusal, let seconds) = answer, (1...30).contains(seconds) else { return nil }
        return refusal
    }

    /// How many are in flight, and were at most.
    private final class Inside: Sendable {
        let count = Mutex((now: 0, most: 0))
    }

    @Test func `never more than the limit are in flight, and everybody has a turn`() async throws {
        // However long another suite keeps all processors.
        let intake = intake(4) { $0.burstWait = .seconds(60) }
        let kind = intake.kind()
        let inside = Inside()
        let served = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    guard case .entered(let slot) = await intake.enter(kind, .high) else { return false }
                    inside.count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    await Task.yield()
                    inside.count.withLock { $0.now -= 1 }
                    slot.leave(.served)
                    return true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(served == 500)
        #expect(inside.count.withLock { $0.most } <= 4)
        #expect(intake.inFlight == 0)
    }

    @Test func `who waits too long is refused, though nothing else happens`() async throws {
        let intake = intake(1) { $0.burstWait = .milliseconds(30) }
        let kind = intake.kind()
        let slot = try slot(await intake.enter(kind, .high))
        #expect(refusal(await intake.enter(kind, .high)) == .waited)
        slot.leave(.served)
        _ = try self.slot(await intake.enter(kind, .high))
    }

    @Test func `who comes too late is refused before it takes a place`() async throws {
        let intake = intake(1)
        #expect(refusal(await intake.enter(intake.kind(), .critical, deadline: .now - .seconds(1))) == .expired)
        #expect(intake.inFlight == 0)
    }

    @Test func `a place is left once`() async throws {
        let intake = intake(2)
        let kind = intake.kind()
        let first = try slot(await intake.enter(kind, .high))
        _ = try slot(await intake.enter(kind, .high))
        first.leave(.served)
        first.leave(.served)
        #expect(intake.inFlight == 1)
    }

    @Test func `while one waits for somebody outside another has its place`() async throws {
        let intake = intake(1)
        let kind = intake.kind()
        let outer = try slot(await intake.enter(kind, .critical))
        try await IntakeSlot.$current.withValue(outer) {
            try await IntakeSlot.elsewhere {
                #expect(intake.inFlight == 0)
                // Within it stays as it is.
                await IntakeSlot.elsewhere { #expect(intake.inFlight == 0) }
                let other = try slot(await intake.enter(kind, .low))
                #expect(intake.inFlight == 1)
                other.leave(.served)
            }
        }
        #expect(intake.inFlight == 1)
        outer.leave(.served)
        #expect(intake.inFlight == 0)
    }

    @Test func `that a service behind refuses counts where it matters, and for who did not wait outside`() {
        for priority in RequestPriority.allCases {
            let isWeighty = priority == .critical || priority == .high
            #expect(
                IntakeOutcome.refusedBehind.weighed(priority, wasElsewhere: false)
                    == (isWeighty ? .refusedBehind : .unserved))
            #expect(IntakeOutcome.refusedBehind.weighed(priority, wasElsewhere: true) == .unserved)
            for outcome in [IntakeOutcome.served, .untypical, .unserved] {
                #expect(outcome.weighed(priority, wasElsewhere: true) == outcome)
            }
        }
    }

    @Test func `a task that was cancelled while it waited takes no place`() async throws {
        let intake = intake(1)
        let kind = intake.kind()
        let slot = try slot(await intake.enter(kind, .high))
        let waiting = Task { await intake.enter(kind, .high) }
        try await eventually("somebody waits") { metrics.rendered().contains("intake_queue_length{intake=\"test\"} 1") }
        waiting.cancel()
        slot.leave(.served)
        #expect(refusal(await waiting.value) == .expired)
        #expect(intake.inFlight == 0)
    }

    @Test func `its gauges tell how it stands`() async throws {
        let intake = intake(3)
        let slot = try slot(await intake.enter(intake.kind(), .high))
        let text = metrics.rendered()
        #expect(text.contains("intake_limit{intake=\"test\"} 3"))
        #expect(text.contains("intake_in_flight{intake=\"test\"} 1"))
        #expect(text.contains("intake_queue_length{intake=\"test\"} 0"))
        slot.leave(.untypical)
    }

    @Test func `priorities have words that travel`() {
        #expect(RequestPriority.allCases.map(\.rawValue) == ["critical", "high", "medium", "low", "lowest"])
        #expect(RequestPriority.allCases == RequestPriority.allCases.sorted())
        #expect(RequestPriority.allCases.map(\.rank) == Array(0..<5))
    }
}
