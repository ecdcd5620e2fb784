import LedgerStore
import Testing
import Ticketing

@testable import Payment

@Suite struct `The comparison of the books` {
    private let payment = PaymentID(high: 1, low: 1)

    private func line(_ state: PaymentState, kept: Int64, pending: Int64 = 0) -> ClearingLine {
        ClearingLine(
            paymentID: payment, state: state, currency: "KRW", keptMinor: kept, pendingMinor: pending,
            createdAt: Timestamp(unixMicroseconds: 0))
    }

    private func book(_ charged: Int64, refunded: Int64 = 0, currency: String = "KRW") -> ProviderBookLine {
        ProviderBookLine(paymentID: payment, currency: currency, chargedMinor: charged, refundedMinor: refunded)
    }

    /// The finding for a payment that did not change since.
    private func finding(_ line: ClearingLine, _ charge: ProviderBookLine?) -> AuditFinding? {
        var comparison = BookComparison(charge.map { [payment: $0] } ?? [:])
        comparison.add(line)
        comparison.end()
        return comparison.finding(of: payment, now: line)
    }

    @Test func `finds what an ended payment has too much or too little`() {
        #expect(finding(line(.succeeded, kept: 5), book(5)) == nil)
        #expect(finding(line(.declined, kept: 0), nil) == nil)
        #expect(finding(line(.succeeded, kept: 3), book(5, refunded: 2)) == nil)
        #expect(finding(line(.succeeded, kept: 5), nil)?.check == "clearing_differs_from_provider")
        #expect(finding(line(.succeeded, kept: 5), book(5, currency: "EUR")) != nil)
        #expect(finding(line(.cancelled, kept: 0), book(5)) != nil)
        #expect(finding(line(.refunded, kept: 0), book(5)) != nil)
    }

    @Test func `tells a charge that was made twice`() {
        var twice = book(5)
        twice.add(book(5))
        #expect(finding(line(.succeeded, kept: 5), twice)?.detail.contains("charged 2 times") == true)
    }

    @Test func `leaves what is open to the next time`() {
        var comparison = BookComparison([payment: book(5)])
        comparison.add(line(.unknown, kept: 0))
        #expect(comparison.suspects.isEmpty)
        #expect(comparison.openCount == 1)
    }

    @Test(arguments: [(5, true), (4, true), (3, true), (2, false), (6, false)] as [(Int64, Bool)])
    func `of what is on its way back the provider may have sent a part`(kept: Int64, agrees: Bool) {
        #expect((finding(line(.succeeded, kept: 5, pending: 2), book(kept)) == nil) == agrees)
    }

    @Test func `believes a later snapshot`() {
        var comparison = BookComparison([payment: book(5, refunded: 5)])
        comparison.add(line(.succeeded, kept: 5))
        comparison.end()
        #expect(comparison.suspects.count == 1)
        #expect(comparison.finding(of: payment, now: line(.refunded, kept: 0)) == nil)
    }

    @Test func `finds charges of no payment, once a later snapshot has none either`() {
        var comparison = BookComparison([payment: book(5)])
        comparison.end()
        #expect(comparison.suspects.count == 1)
        #expect(comparison.finding(of: payment, now: line(.succeeded, kept: 5)) == nil)
        #expect(comparison.finding(of: payment, now: nil)?.check == "charge_without_payment")
        var returned = BookComparison([payment: book(5, refunded: 5)])
        returned.end()
        #expect(returned.suspects.isEmpty)
    }
}
