import ActorTransport
import Contracts
import LedgerStore
import Testing
import Ticketing
import Wire

@testable import SeatReservation

/// What a call is told of its wishes, whatever became of each of them and in which order.
struct HoldsUnderWayTests {
    private func holds(_ count: Int) -> HoldsUnderWay {
        HoldsUnderWay(
            (0..<count).map {
                AskedHold(
                    HoldCommand(
                        customerId: CustomerID(high: 1, low: UInt64($0)), idempotencyKey: "key", fingerprint: "00"),
                    callDeadline: nil)
            })
    }

    private func refusal(_ number: Int) throws -> Losers.Refusal {
        Losers.Refusal(
            number: number,
            refusal: try SharedRefusal(Problem(.seatTaken).with { $0.seatIndexes = [SeatIndex(number)] }))
    }

    @Test func `answers stand in the wishes' order, and a refusal travels once`() throws {
        let holds = holds(5)
        holds.refused(3, try refusal(8))
        holds.answered(0, .noContent)
        holds.refused(1, try refusal(9))
        holds.failed(4, CallFailure(.overloaded, detail: "full"))
        #expect(holds.openCount == 1)
        holds.refused(2, try refusal(8))
        let answer = try holds.answer()
        #expect(
            answer.holds == [
                .answered(.noContent), .refused(shared: 1), .refused(shared: 0), .refused(shared: 0),
                .failed(HoldFailure(code: "overloaded", detail: "full")),
            ])
        #expect(answer.shared == [try refusal(8).refusal, try refusal(9).refusal])
        #expect(holds.foundNoRoom && !holds.tellsOfBatch)
    }

    @Test func `where all failed for one reason the call fails with it`() {
        let holds = holds(2)
        for place in 0..<2 { holds.failed(place, CallFailure(.overloaded, detail: "of \(place)")) }
        #expect(throws: CallFailure(.overloaded, detail: "of 0")) { try holds.answer() }
    }

    @Test func `where each failed for a reason of its own, each is told that one`() throws {
        let holds = holds(3)
        let codes = [CallFailure.Code.overloaded, .outcomeUnknown, .fault]
        for (place, code) in codes.enumerated() { holds.failed(place, CallFailure(code)) }
        #expect(try holds.answer().holds == codes.map { .failed(HoldFailure(CallFailure($0))) })
    }

    @Test func `no wishes are answered by no answers`() throws {
        #expect(try holds(0).answer() == HoldsAnswer(shared: [], holds: []))
    }

    @Test func `a customer waits as long as the call less what was said, and never longer`() {
        let now = ContinuousClock.now
        func deadline(_ earlier: Int?) -> ContinuousClock.Instant? {
            let command = HoldCommand(
                customerId: CustomerID(high: 1, low: 1), idempotencyKey: "key", fingerprint: "00",
                earlierMilliseconds: earlier)
            return AskedHold(command, callDeadline: now).deadline
        }
        #expect(deadline(nil) == now)
        #expect(deadline(250) == now - .milliseconds(250))
        #expect(deadline(-250) == now)
        #expect(deadline(.min) == now)
        #expect(deadline(.max) == now - .milliseconds(InboundCalls.deadlineMillisecondsMax))
    }
}
