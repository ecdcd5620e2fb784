import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `The audit of messages` {
    private func addWebhook(_ name: String, of organizer: CustomerID, to stage: Stage) async throws {
        let addition = try await stage.messages.addWebhook(
            name, kinds: [.orderPaid], organizer: organizer, url: "https://example.org/")
        #expect(addition == .added)
    }

    @Test func `expects no delivery to whoever came later, left, or hears of something else`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            try await addWebhook("later", of: sale.organizerID, to: stage)
            try await addWebhook("strange", of: try await stage.makeSale().organizerID, to: stage)
            try await stage.paidOrder([1], of: customer, in: sale)
            #expect(try await stage.column("SELECT count(*) FROM delivery WHERE consumer = 'later'") == ["1"])
            #expect(try await stage.findings() == [])

            try await stage.ledger("DELETE FROM delivery WHERE consumer = 'later'")
            #expect(try await stage.findings() == ["message_missing"])
            #expect(try await stage.messages.removeWebhook("later"))
            try await stage.paidOrder([2], of: customer, in: sale)
            // Nor is anything opened for it again.
            #expect(try await stage.messages.replay("later", from: 0) == 0)
            #expect(try await stage.column("SELECT count(*) FROM delivery WHERE consumer = 'later'") == ["0"])
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [(10, ["message_missing", "message_missing"]), (40, [])] as [(Int, [String])])
    func `misses deliveries as long as they are kept`(days: Int, found: [String]) async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            try await stage.paidOrder([0], of: try await stage.makeCustomer(), in: sale)
            try await stage.ledger(
                """
                UPDATE message SET created_at = created_at - interval '\(days) days';
                UPDATE message_consumer SET created_at = created_at - interval '50 days';
                DELETE FROM delivery
                """)
            #expect(try await stage.findings() == found)
        }
    }

    @Test func `asks nobody to have told of what happened before there were messages`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            try await stage.paidOrder([0], of: try await stage.makeCustomer(), in: sale)
            try await stage.ledger("DELETE FROM message; DELETE FROM delivery")
            #expect(try await stage.findings() == ["message_missing", "message_missing"])
            try await stage.ledger("UPDATE schema_migration SET applied_at = clock_timestamp() WHERE version = 8")
            #expect(try await stage.findings() == [])
        }
    }
}
