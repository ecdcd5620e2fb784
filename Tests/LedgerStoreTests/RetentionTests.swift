import LedgerStore
import Testing
import Ticketing

/// What is of no use any more goes, and nothing else.
@Suite struct RetentionTests {
    @Test func `deliveries go with their attempts thirty days after they were finished, at most so many at once`()
        async throws
    {
        try await TestLedger.with { ledger in
            // Finished for as many days as their position says; the last two are not.
            try await ledger.execute(
                """
                INSERT INTO delivery (consumer, position, order_id, next_attempt_at, finished_at, dead_at)
                SELECT 'mail', n, gen_random_uuid(), '-infinity',
                       CASE WHEN n <= 60 THEN clock_timestamp() - make_interval(days => n, hours => 1) END,
                       CASE WHEN n = 62 THEN clock_timestamp() - interval '1 year' END
                FROM generate_series(1, 62) AS n;
                INSERT INTO delivery_attempt (consumer, position, attempt, succeeded, milliseconds, detail)
                SELECT consumer, position, 1, true, 1, '' FROM delivery
                """)
            let store = RetentionStore(pool: ledger.pool)
            #expect(try await store.forget(.deliveries, limit: 10) == 10)
            // The oldest first.
            let latest = "SELECT max(position) FROM delivery WHERE finished_at < now()"
            #expect(try await ledger.execute(count: latest) == 50)
            #expect(try await store.forget(.deliveries, limit: 1_000) == 21)
            #expect(try await store.forget(.deliveries, limit: 1_000) == 0)
            let left = "SELECT string_agg(position::text, ' ' ORDER BY position) FROM"
            let kept = (Array(1...29) + [61, 62]).map(String.init).joined(separator: " ")
            #expect(try await ledger.execute("\(left) delivery") == kept)
            #expect(try await ledger.execute("\(left) delivery_attempt") == kept)
        }
    }

    @Test func `what a retired consumer was never told goes at once, whether it waits or was given up`() async throws {
        try await TestLedger.with { ledger in
            let organizer = try await ledger.makeCustomer(role: .organizer)
            let messages = MessagesStore(pool: ledger.pool)
            for name in ["retired", "kept"] {
                try await ledger.execute(
                    """
                    INSERT INTO message_consumer (name, means, kinds, organizer_id, url)
                    VALUES ('\(name)', 'webhook', '{order_paid}', '\(organizer)', 'https://example.org/');
                    INSERT INTO delivery (consumer, position, order_id, next_attempt_at, dead_at)
                    SELECT '\(name)', n, gen_random_uuid(), '-infinity', CASE n WHEN 1 THEN clock_timestamp() END
                    FROM generate_series(1, 3) AS n
                    """)
            }
            #expect(try await messages.removeWebhook("retired"))
            let store = RetentionStore(pool: ledger.pool)
            #expect(try await store.forget(.deliveries, limit: 2) == 2)
            #expect(try await store.forget(.deliveries, limit: 2) == 1)
            #expect(try await store.forget(.deliveries, limit: 2) == 0)
            #expect(try await ledger.execute("SELECT DISTINCT consumer FROM delivery") == "kept")
            #expect(try await messages.redrive(consumer: "kept", position: nil) == 1)
        }
    }

    @Test func `keys go a week after they came, once they have their answer`() async throws {
        try await TestLedger.with { ledger in
            try await ledger.execute(
                """
                INSERT INTO idempotency (customer_id, key, fingerprint, status, body, created_at)
                SELECT gen_random_uuid(), n::text, '\\x00', CASE WHEN n <> 9 THEN 201 END,
                       CASE WHEN n <> 9 THEN ''::bytea END,
                       clock_timestamp() - make_interval(days => n, hours => 1)
                FROM generate_series(0, 9) AS n
                """)
            let store = RetentionStore(pool: ledger.pool)
            #expect(try await store.forget(.answers, limit: 1) == 1)
            #expect(try await store.forget(.answers, limit: 1_000) == 1)
            #expect(
                try await ledger.execute("SELECT string_agg(key, ' ' ORDER BY key) FROM idempotency")
                    == "0 1 2 3 4 5 6 9")
        }
    }

    @Test func `a service may delete no delivery by itself, however old`() async throws {
        try await TestLedger.with { ledger in
            let mayDelete = try await ledger.execute(
                "SELECT has_table_privilege('box_office_service', 'delivery', 'DELETE') "
                    + "OR has_table_privilege('box_office_service', 'delivery_attempt', 'DELETE')")
            #expect(mayDelete == "f")
        }
    }
}
