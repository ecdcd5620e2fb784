import Courier
import Foundation
import LedgerStore
import TestSupport
import Testing
import Ticketing

@testable import Payment

@Suite struct `A mail` {
    private func withMail(
        _ body: @Sendable (Stage, TestMailServer, DeliveryWorker) async throws -> Void
    ) async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        let courier = Courier()
        try await Stage.with { stage in
            let consumer = MailConsumer(
                store: stage.deliveries, courier: courier,
                settings: MailConsumer.Settings(
                    server: MailServer(host: "127.0.0.1", port: server.port, protection: .none),
                    from: try #require(Mailbox(name: "Box Office", address: "tickets@example.org")),
                    siteURL: "https://tickets.example.org/"))
            try await body(stage, server, stage.worker(consumer))
        }
        try await courier.stop()
    }

    @Test func `brings the tickets, in words and as QR codes, in the customer's language`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale()
            let english = try await stage.makeCustomer()
            let korean = try await stage.makeCustomer()
            try await stage.ledger("UPDATE customer_profile SET language = 'ko' WHERE customer_id = '\(korean)'")
            let order = try await stage.paidOrder([0, 1], of: english, in: sale)
            try await stage.paidOrder([2], of: korean, in: sale)
            while await worker.pass() > 0 {}

            let first = try #require(server.mails.first { $0.to == "\(english)@example.org" })
            #expect(first.field("Subject") == "Your tickets: A show" || first.field("Subject").hasPrefix("=?UTF-8?B?"))
            let codes = try await stage.column(
                "SELECT code FROM ticket WHERE order_id = '\(order)' ORDER BY seat_index")
            let (text, html) = (first.parts[0], first.parts[1])
            for part in [text, html] {
                #expect(part.contains("Row A, seat 1") && part.contains("Row A, seat 2"))
                #expect(codes.allSatisfy(part.contains))
                #expect(part.contains("₩104,000") && part.contains("\(order)"))
                #expect(part.contains("https://tickets.example.org/tickets"))
            }
            // Two texts and two pictures, each of which the page shows.
            #expect(first.parts.count == 4)
            #expect(html.components(separatedBy: "src=\"cid:").count == 3)

            let second = try #require(server.mails.first { $0.to == "\(korean)@example.org" })
            #expect(second.field("Content-Language") == "ko")
            #expect(second.parts[0].contains("예매가 완료되었습니다"))
        }
    }

    @Test func `goes out once for each of twenty orders while the server refuses for a time`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 50)
            let customer = try await stage.makeCustomer()
            for seat in 0..<20 { try await stage.paidOrder([SeatIndex(seat)], of: customer, in: sale) }
            for (step, says) in [
                (TestMailServer.Step.greeting, "421 later"), (.recipient, "451 later"), (.body, "452 full"),
            ] {
                server.answer(at: step, .say(says))
                _ = await worker.pass()
                try await stage.letPausesEnd()
                server.answer(at: step, nil)
            }
            // Some went through between; from now on nobody is let in until all that are left are given up.
            server.answer(at: .greeting, .say("421 later"))
            server.answer(at: .sender, .say("421 later"))
            while await worker.pass() > 0 { try await stage.letPausesEnd() }
            let dead = try await stage.messages.deadLetters(limit: 100)
            #expect(!dead.isEmpty && dead.count + server.mails.count == 20)
            #expect(dead.allSatisfy { $0.lastError?.contains("421") == true })

            server.answer(at: .greeting, nil)
            server.answer(at: .sender, nil)
            #expect(try await stage.messages.redrive(consumer: nil, position: nil) == dead.count)
            while await worker.pass() > 0 {}
            #expect(server.mails.count == 20)
            #expect(Set(server.mails.map { $0.field("Message-ID") }).count == 20)
        }
    }

    @Test func `whose answer is lost comes again as the same mail`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            server.answer(at: .body, .takeAndHangUp)
            #expect(await worker.pass() == 1)
            server.answer(at: .body, nil)
            try await stage.letPausesEnd()
            #expect(await worker.pass() == 1)
            #expect(server.mails.count == 2)
            #expect(server.mails[0] == server.mails[1])
        }
    }

    @Test func `about money and about a cancellation says what it is about`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.paidOrder([0], of: customer, in: sale)
            _ = try await stage.cancel(sale)
            try await stage.tellRefund(of: order, amount: 50_000)
            while await worker.pass() > 0 {}
            #expect(server.mails.count == 3)
            #expect(server.mails[1].parts[0].contains("will not take place"))
            #expect(server.mails[2].parts[0].contains("₩50,000"))
        }
    }

    @Test func `is not sent to who was erased, nor of tickets that are good no more`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale()
            let erased = try await stage.makeCustomer()
            let refunded = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: erased, in: sale)
            let order = try await stage.paidOrder([1], of: refunded, in: sale)
            try await stage.ledger(
                "DELETE FROM customer_profile WHERE customer_id = '\(erased)'; "
                    + "UPDATE ticket SET live = false, state = 'refunded' WHERE order_id = '\(order)'")
            while await worker.pass() > 0 {}
            #expect(server.mails.isEmpty)
            #expect(
                try await stage.column("SELECT detail FROM delivery_attempt ORDER BY 1")
                    == ["none of the tickets is good any more", "the customer was erased"])
        }
    }

    @Test func `to what is no address fails, and says so without showing it to a server`() async throws {
        try await withMail { stage, server, worker in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.ledger(
                "UPDATE customer_profile SET email = E'a@b.example>\\r\\nRCPT TO:<c@d.example' "
                    + "WHERE customer_id = '\(customer)'")
            try await stage.paidOrder([0], of: customer, in: sale)
            #expect(await worker.pass() == 1)
            #expect(server.reached(.greeting) == 0)
            #expect(
                try await stage.column("SELECT last_error FROM delivery WHERE consumer = 'mail'")
                    == ["the customer's address is none that mail can be sent to"])
        }
    }
}
