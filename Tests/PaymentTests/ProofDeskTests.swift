import LedgerStore
import Proof
import Testing
import Ticketing
import Wire

@testable import Payment

/// Published heads and tickets' proofs, from a real sale.
@Suite struct `The proof desk` {
    private static let keys = ProofSettings.publicKeys(ProofSettings.forTests.keys)

    /// A sale with some paid orders; the tickets of the customer.
    private func play(
        _ stage: Stage, orders: Int = 3
    ) async throws -> (sale: Sale, customer: CustomerID, tickets: [TicketResource]) {
        let sale = try await stage.makeSale(seatsPerCustomerMax: 20)
        let customer = try await stage.makeCustomer()
        for place in 0..<orders {
            let seats = [SeatIndex(place * 3), SeatIndex(place * 3 + 1)]
            let order = try await stage.order(seats, of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
        }
        return (sale, customer, try await stage.tickets.tickets(of: customer, after: nil, limit: 50))
    }

    private func proof(
        _ ticket: TicketResource, _ customer: CustomerID, _ stage: Stage
    ) async throws
        -> TicketProofResource
    {
        let words = try #require(try await stage.proofStore.ticket(ticket.ticketId, of: customer))
        return try #require(try await stage.desk.proof(of: words, at: .now))
    }

    @Test func `every ticket of a sale has a proof that holds, bound to its seat, order and code`() async throws {
        try await Stage.with { stage in
            let (_, customer, tickets) = try await play(stage)
            #expect(tickets.count == 6)
            for ticket in tickets {
                let proof = try await proof(ticket, customer, stage)
                try TicketProof(proof).verify(keys: Self.keys, code: ticket.code)
                #expect(proof.ticket.ticketId == ticket.ticketId)
                #expect(proof.ticket.orderId == ticket.orderId)
                #expect(proof.ticket.seatIndex == ticket.seatIndex)
                #expect(proof.ticket.seatLabel == ticket.seatLabel)
                #expect(proof.ticket.price + proof.ticket.serviceFee == ticket.price)
            }
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `many sales of one batch share a change, and each ticket is proved by it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let buyers = try await withThrowingTaskGroup(of: CustomerID.self) { group in
                for place in 0..<16 {
                    group.addTask {
                        let customer = try await stage.makeCustomer()
                        let order = try await stage.order(
                            [SeatIndex(place * 2), SeatIndex(place * 2 + 1)], of: customer, in: sale)
                        _ = try await stage.pay(order.orderId, of: customer)
                        return customer
                    }
                }
                var buyers: [CustomerID] = []
                for try await buyer in group { buyers.append(buyer) }
                return buyers
            }
            for buyer in buyers {
                for ticket in try await stage.tickets.tickets(of: buyer, after: nil, limit: 10) {
                    try TicketProof(try await proof(ticket, buyer, stage)).verify(keys: Self.keys, code: ticket.code)
                }
            }
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `a head is kept until it is old and the history went on; a proof does not wait for that`() async throws {
        try await Stage.with { stage in
            let (sale, customer, _) = try await play(stage, orders: 1)
            let now = Timestamp.now
            let first = try #require(try await stage.desk.head(of: sale.performanceID, at: now))
            #expect(Self.keys.contains { $0.signed(first) })
            #expect(try await stage.desk.head(of: sale.performanceID, at: now.advanced(bySeconds: 60)) == first)

            let order = try await stage.order([30], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
            #expect(try await stage.desk.head(of: sale.performanceID, at: now.advanced(bySeconds: 5)) == first)
            let ticket = try #require(
                try await stage.tickets.tickets(of: customer, after: nil, limit: 50).first { $0.seatIndex == 30 })
            let proof = try await proof(ticket, customer, stage)
            #expect(proof.head.sequence > first.sequence)
            // Another replica tells the same.
            let other = ProofDesk(store: stage.proofStore, settings: .forTests)
            #expect(try await other.head(of: sale.performanceID, at: .now) == proof.head)
        }
    }

    @Test func `nothing is published of nothing, of nobody, or without a key`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            #expect(try await stage.desk.head(of: sale.performanceID, at: .now) == nil)
            #expect(try await stage.desk.head(of: PerformanceID(at: .now), at: .now) == nil)
            let (played, customer, tickets) = try await play(stage, orders: 1)
            let silent = ProofDesk(store: stage.proofStore, settings: ProofSettings(keys: nil, headSeconds: 1))
            #expect(try await silent.head(of: played.performanceID, at: .now) == nil)
            #expect(silent.keys.isEmpty)
            let stranger = try await stage.makeCustomer()
            #expect(try await stage.proofStore.ticket(tickets[0].ticketId, of: stranger) == nil)
            #expect(try await stage.proofStore.ticket(tickets[0].ticketId, of: customer) != nil)
        }
    }

    @Test func `a history that was rewritten is not published over`() async throws {
        try await Stage.with { stage in
            let (sale, customer, _) = try await play(stage, orders: 1)
            _ = try await stage.desk.head(of: sale.performanceID, at: .now)
            try await stage.ledger(
                """
                UPDATE seat_change SET chain_hash = sha256(chain_hash) WHERE sequence = 1
                """)
            let order = try await stage.order([30], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
            let later = Timestamp.now.advanced(bySeconds: 60)
            let fresh = ProofDesk(store: stage.proofStore, settings: .forTests)
            await #expect(throws: ProofFailure.self) { _ = try await fresh.head(of: sale.performanceID, at: later) }
        }
    }

    @Test func `a history that a restore took back is read anew`() async throws {
        try await Stage.with { stage in
            let (sale, customer, tickets) = try await play(stage, orders: 2)
            _ = try await proof(tickets[0], customer, stage)
            // As a restore to before the second order would leave it, with the epoch raised.
            let kept = try #require(tickets.last)
            try await stage.ledger(
                """
                DELETE FROM seat_change WHERE sequence > 2; DELETE FROM published_head;
                UPDATE performance SET sequence = 2, chain_hash = (SELECT chain_hash FROM seat_change WHERE sequence = 2);
                UPDATE ledger SET epoch = 2
                """)
            let order = try await stage.order([40], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
            let other = try await stage.order([41], of: customer, in: sale)
            _ = try await stage.pay(other.orderId, of: customer)
            let words = try #require(try await stage.proofStore.ticket(kept.ticketId, of: customer))
            let later = Timestamp.now.advanced(bySeconds: 60)
            let proof = try #require(try await stage.desk.proof(of: words, at: later))
            try TicketProof(proof).verify(keys: Self.keys)
            #expect(proof.head.epoch == 2)
        }
    }

    @Test func `a ticket from before there were proofs has none`() async throws {
        try await Stage.with { stage in
            let (_, customer, tickets) = try await play(stage, orders: 1)
            try await stage.ledger("UPDATE ticket SET sold_sequence = NULL")
            let words = try #require(try await stage.proofStore.ticket(tickets[0].ticketId, of: customer))
            #expect(try await stage.desk.proof(of: words, at: .now) == nil)
        }
    }
}
