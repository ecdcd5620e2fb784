import LedgerStore
import Ticketing

/// Books refused refunds that somebody gave back by hand, after a look into the provider's own book.
struct RefundsByHand: Sendable {
    /// How much older than our payment its charge in the provider's book may be, in seconds: clocks differ.
    private static let bookLeadSeconds: Int64 = 86_400

    private let door: PerformanceDoor
    private let refunds: RefundsStore
    private let books: [any ProviderBook]

    init(door: PerformanceDoor, refunds: RefundsStore, books: [any ProviderBook]) {
        self.door = door
        self.refunds = refunds
        self.books = books
    }

    /// Books a refund as made when the books say that it went back: at the provider, or past it. May be repeated.
    func book(_ refund: RefundID, note: String, isOutside: Bool) async throws -> RefundByHand {
        guard let before = try await refunds.inBooks(refund) else { return .notFound }
        guard before.state == .refused else {
            return RefundByHand(of: before, keptMinor: nil, note: note, isOutside: isOutside)
        }
        let keptMinor = try await keptMinor(of: before)
        // What moves while the book is read would look like money that went back.
        guard try await refunds.inBooks(refund) == before else { return .changed }
        let decision = RefundByHand(of: before, keptMinor: keptMinor, note: note, isOutside: isOutside)
        guard case .book(let observation) = decision else { return decision }
        let settled = try await door.submit(
            RefundSettleBatch.Item(refundID: refund, found: observation), to: RefundSettleBatch.self,
            in: before.performanceID)
        switch settled {
        case .made: return decision
        case .refused, .returned, .settled, .notFound: return .changed
        }
    }

    private func keptMinor(of refund: RefundInBooks) async throws -> Int64? {
        guard let book = books.first(where: { $0.name == refund.provider }) else {
            throw ProviderFailure("the provider \(refund.provider) is not among BOXOFFICE_PAYMENT_PROVIDERS")
        }
        var charge: ProviderBookLine?
        try await book.read(since: refund.paidAt.advanced(bySeconds: -Self.bookLeadSeconds)) { line in
            guard line.paymentID == refund.paymentID else { return }
            if charge?.add(line) == nil { charge = line }
        }
        guard let charge, charge.chargeCount > 0 else { return nil }
        return charge.keptMinor
    }
}
