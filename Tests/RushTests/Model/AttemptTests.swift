import Testing
import Ticketing

@testable import LoadModel

/// What became of what journeys wanted.
struct AttemptTests {
    private static let shed = LoadReply.shed(code: "overloaded", afterSeconds: 1)
    private static let refused = LoadReply.refused(code: "hold_expired", alternative: nil)
    private static let pending = order(.pending)
    private static let paid = order(.paid)

    private static func order(_ state: OrderState) -> LoadReply {
        var facts = LoadFacts()
        facts.orderState = state
        return .accepted(facts)
    }

    /// What one payment that was asked for is counted as.
    enum Count: Sendable { case done, refused, failed }

    static let payments: [(replies: [LoadReply], isOver: Bool, count: Count)] = [
        ([paid], true, .done), ([shed, .lost(.late), paid], true, .done), ([pending, pending, paid], true, .done),
        ([refused], true, .refused),
        // The hold lapsed while it was told to come again, or heard nothing.
        ([shed, refused], true, .failed), ([.lost(.broken), refused], true, .failed),
        ([pending, order(.expired)], true, .failed), ([shed, shed], true, .failed),
        ([.strange(status: 500)], true, .failed),
        // Still under way when the run was over.
        ([], false, .failed), ([pending], false, .failed), ([shed], false, .failed),
    ]

    @Test(arguments: payments)
    func `a payment is done, refused at once, or failed`(replies: [LoadReply], isOver: Bool, count: Count) {
        var tally = LoadTally(phases: 2)
        var attempt: Attempt?
        for (place, reply) in replies.enumerated() {
            tally.ask(place == 0 ? .pay : .readOrder, in: place == 0 ? 0 : 1, &attempt)
            tally.hear(reply, &attempt)
        }
        if replies.isEmpty { tally.ask(.pay, in: 0, &attempt) }
        if isOver { tally.end(&attempt) }
        // It counts where it began.
        let counted = tally.phases[0][.pay]
        #expect(counted.journeysAsked == 1 && tally.whole[.pay].journeysAsked == 1)
        #expect(counted.journeysDone == (count == .done ? 1 : 0))
        #expect(counted.journeysRefused == (count == .refused ? 1 : 0))
        #expect(counted.journeysFailed == (count == .failed ? 1 : 0))
        #expect(tally.whole[.readOrder].journeysAsked == 0)
    }

    @Test func `whose seats are taken wants others, and each deed counts once`() {
        var tally = LoadTally(phases: 1)
        var attempt: Attempt?
        let taken = LoadReply.refused(code: "seat_taken", alternative: nil)
        for reply in [taken, taken, Self.paid] {
            tally.ask(.hold, in: 0, &attempt)
            tally.hear(reply, &attempt)
        }
        tally.ask(.order, in: 0, &attempt)
        tally.hear(Self.pending, &attempt)
        tally.end(&attempt)
        #expect(tally.whole[.hold].journeysDone == 1 && tally.whole[.hold].journeysAsked == 1)
        #expect(tally.whole[.order].journeysDone == 1 && tally.whole[.order].journeysFailed == 0)
        for _ in 0..<2 {
            tally.ask(.hold, in: 0, &attempt)
            tally.hear(taken, &attempt)
        }
        tally.end(&attempt)
        #expect(tally.whole[.hold].journeysRefused == 1 && tally.whole[.hold].journeysFailed == 0)
    }

    @Test func `who has a place and asks whether it is their turn wants nothing new`() {
        var tally = LoadTally(phases: 1)
        var attempt: Attempt?
        for step in [LoadStep.enter, .poll, .poll] {
            tally.ask(step, in: 0, &attempt)
            tally.hear(.accepted(LoadFacts()), &attempt)
        }
        #expect(tally.whole[.enter].journeysAsked == 1 && tally.whole[.enter].journeysDone == 1)
    }
}
