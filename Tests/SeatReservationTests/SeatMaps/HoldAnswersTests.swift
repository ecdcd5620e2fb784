import LedgerStore
import Testing
import Ticketing

@testable import SeatReservation

/// What the answers to holds tell of how busy the ledger is.
struct HoldAnswersTests {
    private static let hold = MadeHold(
        holdID: HoldID(high: 1, low: 1), performanceID: PerformanceID(high: 1, low: 2), seatIndexes: [1],
        createdAt: Timestamp(unixMicroseconds: 0), expiresAt: Timestamp(unixMicroseconds: 1_000_000),
        subtotal: Money(amountMinor: 1_000, currency: "KRW"), serviceFee: Money(amountMinor: 0, currency: "KRW"),
        requestID: "one")

    @Test func `a hold that was made took a batch`() throws {
        #expect(HoldAnswers.tellsOfBatch(try HoldAnswers.answer(.held(Self.hold), requestID: "one")))
    }

    @Test(
        arguments: [
            HoldOutcome.replayed(hold), .keyReused, .notOnSale(onSaleAt: Timestamp(unixMicroseconds: 0)), .salePaused,
            .saleEnded, .unknownSeats([1]), .seatsTaken([1]), .seatsBlocked([1]),
            .seatLimitReached(seatsOwned: 1, seatsMax: 1), .coolingDown(retryAfterSeconds: 1),
            .notEnoughSeats(largestGroup: 1), .unknownPerformance,
        ])
    func `what made none tells nothing, however quick it was`(outcome: HoldOutcome) throws {
        #expect(!HoldAnswers.tellsOfBatch(try HoldAnswers.answer(outcome, requestID: "one")))
    }
}
