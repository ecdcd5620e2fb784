import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Receipts and statements` {
    private func statements(_ stage: Stage) -> StatementReader {
        StatementReader(statements: StatementsStore(pool: stage.pool), refunds: stage.refunds)
    }

    @Test func `a receipt says what was paid, the tax in it, and what went back`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            try await stage.ledger("UPDATE price_level SET tax_basis_points = 1000 WHERE number = 0")
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1, 55], of: customer, in: sale)
            _ = try await stage.refund(order.orderId, [order.tickets[1].ticketId], of: customer)
            try await stage.makeRefunds()

            let question = OrderQuestion(orderId: order.orderId, customerId: customer)
            let answer = try await statements(stage).receipt(question, requestID: nil)
            let receipt = try WireJSON.decode(ReceiptResource.self, from: answer.body?.bytes ?? [])
            #expect(receipt.total == order.total && receipt.subtotal.amountMinor == 100_000)
            #expect(receipt.eventTitle == "A show" && receipt.venueName == "A hall" && receipt.provider == "sandbox")
            #expect(receipt.lines.map(\.state) == [.valid, .refunded, .valid])
            #expect(receipt.lines.map(\.tax.amountMinor) == [4_545 + 182, 4_545 + 182, 0])
            #expect(
                receipt.taxes == [
                    ReceiptTaxResource(basisPoints: 1_000, amount: Money(amountMinor: 9_454, currency: "KRW"))
                ])
            #expect(receipt.refunds.map(\.state) == [.made] && receipt.refunded.amountMinor == 50_000)

            let stranger = OrderQuestion(orderId: order.orderId, customerId: try await stage.makeCustomer())
            #expect(try await statements(stage).receipt(stranger, requestID: nil).status == 404)
            let unpaid = try await stage.order([5], of: customer, in: sale)
            let early = OrderQuestion(orderId: unpaid.orderId, customerId: customer)
            #expect(try await statements(stage).receipt(early, requestID: nil).status == 404)
        }
    }

    @Test func `a statement agrees with the ledger, and its file with the statement`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 50)
            try await stage.ledger(
                """
                UPDATE price_level SET tax_basis_points = 1900 WHERE number = 0;
                UPDATE chart_seat SET seat_label = '=HYPERLINK("x"), row "A"' WHERE seat_index = 0
                """)
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale, withFee: true)
            let first = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            _ = try await stage.boughtOrder([2, 55], of: customer, in: sale)
            _ = try await stage.refund(first.orderId, [first.tickets[0].ticketId], of: customer)
            let question = sale.question(of: sale.organizerID)

            let statement = try #require(try await StatementsStore(pool: stage.pool).statement(question))
            #expect(statement.priceLevels.map(\.ticketsSold) == [3, 1])
            #expect(statement.total.ticketsSold == 4 && statement.total.ticketsRefunded == 1)
            #expect(statement.total.prices.amountMinor == 150_000)
            #expect(statement.total.pricesRefunded.amountMinor == 50_000)
            #expect(statement.total.serviceFeesRefunded.amountMinor == 2_000)
            #expect(statement.payable.amountMinor == (try await stage.balance("organizer_payable")))

            let page = try #require(
                try await statements(stage).page(StatementPageRequest(sales: question)))
            let lines = page.csv.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.count == 6 && lines[5] == "")
            #expect(lines[0].hasPrefix("sold_at,order_id,ticket_id,seat,price_level,currency,price,"))
            #expect(lines[1].contains(#","'=HYPERLINK(""x""), row ""A""",Standard,KRW,50000,7983,2000,319,"#))
            #expect(lines[1].hasSuffix(",50000,2000") && lines[2].hasSuffix(",,,"))
            let next = try await statements(stage).page(
                StatementPageRequest(sales: question, asOf: page.asOf, cursor: page.nextCursor))
            #expect(next?.csv == "" && next?.nextCursor == nil)

            // By an earlier instant nothing of it had happened.
            let early = try await StatementsStore(pool: stage.pool).statement(
                question, asOf: first.createdAt.advanced(bySeconds: -1))
            #expect(early?.total.ticketsSold == 0 && early?.payable.amountMinor == 0)
            let stranger = sale.question(of: customer)
            #expect(try await StatementsStore(pool: stage.pool).statement(stranger) == nil)
            #expect(try await statements(stage).page(StatementPageRequest(sales: stranger)) == nil)
            // A page is by no instant that is still to come, and by an earlier one when asked so.
            let later = StatementPageRequest(sales: question, asOf: Timestamp.now.advanced(bySeconds: 3_600))
            let clamped = try #require(try await statements(stage).page(later))
            #expect(clamped.asOf < Timestamp.now.advanced(bySeconds: 60))
            let before = first.createdAt.advanced(bySeconds: -1)
            let empty = try #require(
                try await statements(stage).page(StatementPageRequest(sales: question, asOf: before)))
            #expect(empty.asOf == before && empty.nextCursor == nil)
        }
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\nlines", "\"two\nlines\""),
        ("=1+1", "'=1+1"), ("+82", "'+82"), ("-5", "'-5"), ("@cmd", "'@cmd"), ("  =1", "'  =1"), ("\t1", "'\t1"),
        ("＝1", "'＝1"), ("", ""), ("seat 1-2", "seat 1-2"), ("=\"a\",b", "\"'=\"\"a\"\",b\""),
    ]) func `a cell of words is quoted, and never a formula`(text: String, cell: String) {
        #expect(CommaSeparated.line([.text(text), .value("1")]) == cell + ",1\r\n")
    }

    @Test(arguments: [
        (52_000, "KRW", "52000"), (1_250, "EUR", "12.50"), (5, "EUR", "0.05"), (-1_205, "EUR", "-12.05"),
        (1_234, "KWD", "1.234"), (0, "JPY", "0"),
    ]) func `amounts in a file are plain digits`(amount: Int64, currency: String, text: String) {
        #expect(MoneyText.digits(Money(amountMinor: amount, currency: currency)) == text)
    }

    @Test func `progress is a bar on a terminal and lines elsewhere, and says nothing twice`() {
        var plain = ProgressLine(isTerminal: false)
        #expect(plain.text(done: 1, of: 4, isFinished: false, note: "x") == "1 of 4 tickets (25 %), x\n")
        #expect(plain.text(done: 1, of: 4, isFinished: false, note: "x") == nil)
        #expect(plain.text(done: 4, of: 4, isFinished: true, note: "x") == "4 of 4 tickets (100 %), x: finished\n")
        var bar = ProgressLine(isTerminal: true)
        let half = bar.text(done: 2, of: 4, isFinished: false, note: "x")
        #expect(half?.hasPrefix("\r\u{1B}[2K" + String(repeating: "█", count: 15) + "░") == true)
        #expect(half?.hasSuffix("\n") == false)
    }
}
