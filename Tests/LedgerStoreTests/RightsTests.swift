import LedgerStore
import Postgres
import Testing

@Suite struct RightsTests {
    @Test(
        arguments: [
            "CREATE TABLE mine ()", "DROP TABLE seat", "ALTER TABLE seat ADD COLUMN mine integer",
            "CREATE INDEX ON seat (state)", "TRUNCATE transfer",
            "UPDATE transfer SET amount_minor = 1", "DELETE FROM transfer",
            "UPDATE transfer_resolution SET state = 'voided'", "DELETE FROM transfer_resolution",
            "UPDATE seat_change SET sequence = 1", "DELETE FROM seat_change",
            "UPDATE schema_migration SET version = 1", "DELETE FROM schema_migration",
            "INSERT INTO schema_migration VALUES (9999, 'mine', sha256(''))",
            "UPDATE ledger SET epoch = 9", "DELETE FROM seat", "DELETE FROM hold", "DELETE FROM ticket",
            "UPDATE chart SET document = ''", "UPDATE message SET amount_minor = 1", "DELETE FROM message",
            "DELETE FROM delivery", "UPDATE message_consumer SET url = ''", "DELETE FROM refund",
            "DELETE FROM cancellation",
            "UPDATE payout SET amount_minor = 1", "DELETE FROM payout",
            "SELECT keep_seat_partitions(20)",
            "SELECT seed FROM waiting_room_secret", "UPDATE waiting_room SET front = 1", "DELETE FROM waiting_room",
            "UPDATE waiting_room_entry SET number = 1", "DELETE FROM waiting_room_entry",
            "UPDATE waiting_room_step SET front = 1", "DELETE FROM waiting_room_step",
            "SELECT lock_waiting_room('00000000-0000-0000-0000-000000000000')",
            "SELECT waiting_room_close('00000000-0000-0000-0000-000000000000', now())",
        ]) func `a service may not`(sql: String) async throws
    {
        try await TestLedger.with { ledger in
            do {
                _ = try await ledger.pool.execute(Statement(name: "forbidden", sql: sql))
                Issue.record("it may: \(sql)")
            } catch let failure as PostgresFailure {
                // insufficient_privilege
                #expect(failure.sqlState == "42501")
            }
        }
    }
}
