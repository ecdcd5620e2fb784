import Ledger
import Testing
import Ticketing

private func won(_ amount: Int64) -> Money { Money(amountMinor: amount, currency: "KRW") }

private func taxed(_ amount: Int64, at basisPoints: Int = 0) -> TaxedAmount {
    TaxedAmount(gross: won(amount), basisPoints: basisPoints)
}

@Suite struct `Inclusive tax` {
    @Test(arguments: [
        (110, 1_000, 10), (100, 1_000, 9), (105, 1_000, 10), (1, 1_000, 0), (6, 1_000, 1), (119, 1_900, 19),
        (50, 10_000, 25), (3, 10_000, 2), (0, 1_900, 0), (77, 0, 0),
    ]) func `is rounded half up`(gross: Int64, basisPoints: Int, tax: Int64) {
        #expect(taxed(gross, at: basisPoints).tax == won(tax))
    }

    @Test func `and the rest sum up to the whole, at every rate and however large`() {
        for basisPoints in stride(from: 0, through: 10_000, by: 77) {
            for gross in [0, 1, 2, 99, 100, 101, 999_999_999_999, Int64.max] {
                let amount = taxed(gross, at: basisPoints)
                #expect(amount.net.amountMinor + amount.tax.amountMinor == gross)
                #expect(amount.tax.amountMinor >= 0 && amount.net.amountMinor >= amount.tax.amountMinor)
            }
        }
    }
}

@Suite struct `Postings` {
    @Test func `of a sale owe the price to the organizer and earn the fee`() {
        #expect(
            LedgerPosting.sale(price: taxed(50_000), serviceFee: taxed(2_000)) == [
                LedgerPosting(debit: .providerClearing, credit: .organizerPayable, amount: won(50_000)),
                LedgerPosting(debit: .providerClearing, credit: .serviceFeeRevenue, amount: won(2_000)),
            ])
    }

    @Test func `of a taxed sale owe the tax in price and fee to the tax office`() {
        #expect(
            LedgerPosting.sale(price: taxed(55_000, at: 1_000), serviceFee: taxed(2_000, at: 1_000)) == [
                LedgerPosting(debit: .providerClearing, credit: .organizerPayable, amount: won(50_000)),
                LedgerPosting(debit: .providerClearing, credit: .serviceFeeRevenue, amount: won(1_818)),
                LedgerPosting(debit: .providerClearing, credit: .taxPayable, amount: won(5_000)),
                LedgerPosting(debit: .providerClearing, credit: .taxPayable, amount: won(182)),
            ])
    }

    @Test(arguments: [(0, 0), (0, 1_000), (1_900, 0)])
    func `of a sale that was refunded leave every account at zero`(basisPoints: Int, feeBasisPoints: Int) {
        var balances = LedgerBalances()
        let (price, fee) = (taxed(49_999, at: basisPoints), taxed(1_999, at: feeBasisPoints))
        for posting in LedgerPosting.sale(price: price, serviceFee: fee)
            + LedgerPosting.refundDecided(price: price, serviceFee: fee)
            + LedgerPosting.refundMade(amount: price.gross + fee.gross)
            + LedgerPosting.refundReturned(amount: price.gross + fee.gross)
            + LedgerPosting.refundMade(amount: price.gross + fee.gross)
        {
            balances.add(transfer(posting), resolution: .posted)
        }
        for account in LedgerAccountKind.allCases { #expect(balances.balance(of: account, currency: "KRW") == won(0)) }
    }

    @Test func `of nothing are left out`() {
        #expect(LedgerPosting.sale(price: taxed(0), serviceFee: taxed(0)) == [])
        #expect(LedgerPosting.sale(price: taxed(5), serviceFee: taxed(0)).count == 1)
        #expect(LedgerPosting.lateCharge(total: won(0)) == [])
        #expect(LedgerPosting.refundMade(amount: won(0)) == [])
        #expect(LedgerPosting.refundReturned(amount: won(0)) == [])
        #expect(LedgerPosting.refundMadeOutside(amount: won(0)) == [])
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
