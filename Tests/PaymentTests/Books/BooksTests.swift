import Ledger
import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

private func won(_ amount: Int64) -> Money { Money(amountMinor: amount, currency: "KRW") }

@Suite struct `The books` {
    /// What each account of a kind has, by owner.
    private func balances(_ stage: Stage, at time: Timestamp? = nil) async throws -> [String: Int64] {
        let time = time ?? Timestamp.now.advanced(bySeconds: 60)
        var sums: [String: Int64] = [:]
        for balance in try await BooksStore(pool: stage.pool).balances(at: time) {
            let name = balance.account.rawValue + (balance.owner.isEmpty ? "" : " of \(balance.owner)")
            sums[name] = balance.balance.amountMinor
        }
        return sums.filter { $0.value != 0 }
    }

    @Test func `keep the tax in prices and fees as amounts of their own, and give exactly those back`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            try await stage.ledger(
                "UPDATE price_level SET price_minor = 49999, service_fee_minor = 1999, tax_basis_points = 1900 "
                    + "WHERE number = 0")
            let customer = try await stage.makeCustomer()
            let order = try await stage.boughtOrder([0, 1, 2], of: customer, in: sale)

            // Each ticket is rounded by itself; the sums are of the rounded.
            let price = TaxedAmount(gross: won(49_999), basisPoints: 1_900)
            let fee = TaxedAmount(gross: won(1_999), basisPoints: 1_900)
            #expect(price.tax == won(7_983) && fee.tax == won(319))
            let owner = sale.organizerID.description
            #expect(
                try await balances(stage) == [
                    "provider_clearing of sandbox": 3 * (49_999 + 1_999),
                    "organizer_payable of \(owner)": 3 * price.net.amountMinor,
                    "tax_payable of \(owner)": 3 * price.tax.amountMinor,
                    "service_fee_revenue": 3 * fee.net.amountMinor, "tax_payable": 3 * fee.tax.amountMinor,
                ])
            let lines = try await stage.column(
                "SELECT kind || ' ' || amount_minor FROM transfer ORDER BY amount_minor DESC")
            #expect(
                lines == [
                    "sale \(3 * price.net.amountMinor)", "sale_tax \(3 * price.tax.amountMinor)",
                    "service_fee \(3 * fee.net.amountMinor)", "service_fee_tax \(3 * fee.tax.amountMinor)",
                ])

            try await stage.offerRefunds(in: sale, withFee: true)
            _ = try await stage.refund(order.orderId, [order.tickets[0].ticketId], of: customer)
            #expect(try await balances(stage)["refunds"] == 49_999 + 1_999)
            try await stage.makeRefunds()
            #expect(try await balances(stage)["tax_payable of \(owner)"] == 2 * price.tax.amountMinor)
            _ = try await stage.refund(order.orderId, of: customer)
            try await stage.makeRefunds()
            #expect(try await balances(stage) == [:])
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [0, 1, 999, 1_000, 1_900, 10_000], [Int64(0), 1, 7, 49_999, 1_000_000_007])
    func `reckon taxes in SQL as in Swift`(basisPoints: Int, gross: Int64) async throws {
        try await Stage.with { stage in
            let told = try await stage.ledger("SELECT inclusive_tax(\(gross), \(basisPoints))")
            #expect(told == "\(TaxedAmount(gross: won(gross), basisPoints: basisPoints).tax.amountMinor)")
        }
    }

    @Test func `know what stood on an account at any instant before`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            func now() async throws -> Timestamp { try await stage.payments.databaseTime() }
            let before = try await now()
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            let sold = try await now()
            _ = try await stage.refund(order.orderId, [order.tickets[0].ticketId], of: customer)
            let asked = try await now()
            try await stage.makeRefunds()
            let payable = "organizer_payable of \(sale.organizerID)"
            #expect(try await balances(stage, at: before) == [:])
            #expect(try await balances(stage, at: sold)[payable] == 100_000)
            #expect(try await balances(stage, at: asked)["refunds"] == 50_000)
            #expect(try await balances(stage, at: asked)["provider_clearing of sandbox"] == 104_000)
            #expect(try await balances(stage)["provider_clearing of sandbox"] == 54_000)
            let one = try await BooksStore(pool: stage.pool).balances(
                at: sold, kind: .organizerPayable, owner: sale.organizerID.description)
            #expect(one.map(\.balance) == [won(100_000)] && one.map(\.credits) == [won(100_000)])
        }
    }

    @Test func `send an organizer never more than is owed, and once for each reference`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            _ = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            let books = BooksStore(pool: stage.pool)
            func pay(_ amount: Int64, _ reference: String) async throws -> PayoutDecision {
                try await books.payOut(won(amount), to: sale.organizerID, reference: reference, as: PayoutID(at: .now))
            }
            #expect(try await pay(100_001, "a") == .moreThanPayable(won(100_000)))
            let first = try await pay(30_000, "a")
            guard case .paidOut(let id, payable: won(70_000)) = first else {
                Issue.record("\(first)")
                return
            }
            #expect(try await pay(30_000, "a") == .repeated(id, payable: won(70_000)))
            #expect(try await pay(30_001, "a") == .referenceUsed(id))
            // Of many at once only as many go out as there is money for.
            let decisions = try await withThrowingTaskGroup(of: PayoutDecision.self) { group in
                for number in 0..<20 { group.addTask { try await pay(20_000, "r\(number)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let paid = decisions.count { if case .paidOut = $0 { true } else { false } }
            #expect(paid == 3)
            let owner = sale.organizerID.description
            #expect(try await balances(stage)["organizer_payable of \(owner)"] == 10_000)
            #expect(try await balances(stage)["payouts of \(owner)"] == 90_000)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `book what a provider keeps, and still compare with its own book`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let books = BooksStore(pool: stage.pool)
            try await books.set(
                ProviderFeeRule(provider: "sandbox", currency: "KRW", basisPoints: 290, fixedMinor: 30))
            try await books.set(ProviderFeeRule(provider: "sandbox", currency: "EUR", basisPoints: 1, fixedMinor: 1))
            #expect(try await books.providerFeeRules().count == 2)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            // 2.9 % of 104,000 are 3,016.
            #expect(try await balances(stage)["provider_fees of sandbox"] == 3_046)
            #expect(try await balances(stage)["provider_clearing of sandbox"] == 104_000 - 3_046)
            #expect(try await stage.findings() == [])
            // What it kept it keeps when the money goes back.
            _ = try await stage.refund(order.orderId, of: customer, as: .operator)
            try await stage.makeRefunds()
            #expect(try await balances(stage)["provider_fees of sandbox"] == 3_046)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `take a currency with minor units as exactly`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            try await stage.ledger(
                "UPDATE performance SET currency = 'EUR'; UPDATE price_level SET price_minor = 1250, "
                    + "service_fee_minor = 99, tax_basis_points = 700 WHERE number = 0")
            let customer = try await stage.makeCustomer()
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            #expect(order.total == Money(amountMinor: 2_698, currency: "EUR"))
            _ = try await stage.cancel(sale)
            _ = try await stage.finishCancellation(sale)
            #expect(try await balances(stage) == [:])
            #expect(try await stage.findings() == [])
        }
    }
}
