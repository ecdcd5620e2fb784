import Ledger
import Testing
import Ticketing

private func won(_ amount: Int64) -> Money { Money(amountMinor: amount, currency: "KRW") }

@Suite struct `Postings` {
    @Test func `of a sale owe the price to the organizer and earn the fee`() {
        #expect(
            LedgerPosting.sale(subtotal: won(50_000), serviceFee: won(2_000)) == [
                LedgerPosting(debit: .providerClearing, credit: .organizerPayable, amount: won(50_000)),
                LedgerPosting(debit: .providerClearing, credit: .serviceFeeRevenue, amount: won(2_000)),
            ])
    }

    @Test func `of nothing are left out`() {
        #expect(LedgerPosting.sale(subtotal: won(0), serviceFee: won(0)) == [])
        #expect(LedgerPosting.sale(subtotal: won(5), serviceFee: won(0)).count == 1)
        #expect(LedgerPosting.lateCharge(total: won(0)) == [])
        #expect(LedgerPosting.refundMade(amount: won(0)) == [])
    }

    @Test func `of late money leave every account at zero once it is back`() {
        var balances = LedgerBalances()
        for posting in LedgerPosting.lateCharge(total: won(7)) + LedgerPosting.refundMade(amount: won(7)) {
            balances.add(transfer(posting), resolution: .posted)
        }
        for account in LedgerAccountKind.allCases { #expect(balances.balance(of: account, currency: "KRW") == won(0)) }
        #expect(balances.difference(currency: "KRW") == 0)
    }

    private func transfer(_ posting: LedgerPosting) -> LedgerTransfer {
        LedgerTransfer(
            id: TransferID(high: 1, low: 1), debit: posting.debit, credit: posting.credit, amount: posting.amount,
            orderID: OrderID(high: 1, low: 1), paymentID: PaymentID(high: 1, low: 1))
    }
}

@Suite struct `Balances` {
    private func transfer(_ amount: Money) -> LedgerTransfer {
        LedgerTransfer(
            id: TransferID(high: 1, low: 1), debit: .providerClearing, credit: .organizerPayable, amount: amount,
            orderID: OrderID(high: 1, low: 1), paymentID: PaymentID(high: 1, low: 1))
    }

    @Test func `are positive on their account's own side`() {
        var balances = LedgerBalances()
        balances.add(transfer(won(3)), resolution: .posted)
        #expect(balances.balance(of: .providerClearing, currency: "KRW") == won(3))
        #expect(balances.balance(of: .organizerPayable, currency: "KRW") == won(3))
        #expect(balances.difference(currency: "KRW") == 0)
    }

    @Test(arguments: [nil, TransferResolution.voided, .expired])
    func `count posted transfers only`(resolution: TransferResolution?) {
        var balances = LedgerBalances()
        balances.add(transfer(won(3)), resolution: resolution)
        #expect(balances == LedgerBalances())
    }

    @Test func `of currencies are kept apart`() {
        var balances = LedgerBalances()
        balances.add(transfer(won(3)), resolution: .posted)
        balances.add(transfer(Money(amountMinor: 4, currency: "EUR")), resolution: .posted)
        #expect(balances.balance(of: .providerClearing, currency: "EUR").amountMinor == 4)
        #expect(balances.balance(of: .providerClearing, currency: "KRW").amountMinor == 3)
    }
}
