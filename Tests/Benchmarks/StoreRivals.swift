import Foundation
import TestSupport
import Ticketing

/// What the door is measured against, both driven by pgbench with prepared statements.
struct StoreRivals {
    let server: PostgresServer
    let database: String
    let clients: Int
    /// How many transactions each contender makes in a round. pgbench's own clock needs a signal that threads of this
    /// process, and with them their children, may have blocked.
    let bareTransactions: Int
    let fullTransactions: Int

    private static let bareSeatCount = 2_000_000

    /// A table as bare as can be, and large enough that nearly every UPDATE finds its seat free.
    func prepare() throws {
        try server.execute(
            """
            CREATE TABLE bare_seat (seat_index integer PRIMARY KEY, state smallint NOT NULL DEFAULT 0, hold_id uuid,
                held_until timestamptz) WITH (fillfactor = 40);
            INSERT INTO bare_seat (seat_index) SELECT generate_series(0, \(Self.bareSeatCount - 1))
            """, in: database)
        try server.execute("VACUUM ANALYZE bare_seat", in: database)
    }

    /// One conditional UPDATE a transaction: what most would call the fastest way to hold a seat.
    func bareUpdates() throws -> Double {
        try pgbench(
            """
            \\set seat random(0, \(Self.bareSeatCount - 1))
            UPDATE bare_seat SET state = 1, hold_id = gen_random_uuid(), held_until = now() + interval '10 minutes'
            WHERE seat_index = :seat AND (state = 0 OR (state = 1 AND held_until <= now())) RETURNING seat_index;
            """, bareTransactions)
    }

    /// All that a hold is, one customer after the other: lock, replay, limit, seat and price, history, hold, seat.
    func fullWork(on performance: PerformanceID) throws -> Double {
        try pgbench(
            """
            \\set seat random(0, \(StoreSale.seatCount - 1))
            \\set customer random(1, 1000000000000)
            BEGIN;
            SELECT sequence FROM performance WHERE performance_id = '\(performance)' FOR NO KEY UPDATE;
            SELECT hold_id, fingerprint FROM hold
                WHERE customer_id = lpad(to_hex(:customer::bigint), 32, '0')::uuid AND idempotency_key = 'key-' || :customer;
            SELECT count(*) FROM hold h CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
                JOIN seat s ON s.performance_id = '\(performance)' AND s.seat_index = x.seat_index
                WHERE h.performance_id = '\(performance)' AND h.customer_id = lpad(to_hex(:customer::bigint), 32, '0')::uuid
                    AND s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > now()));
            SELECT s.state, l.price_minor, l.service_fee_minor FROM seat s
                JOIN price_level l ON l.performance_id = s.performance_id AND l.number = s.price_level
                WHERE s.performance_id = '\(performance)' AND s.seat_index = :seat;
            UPDATE performance SET sequence = sequence + 1,
                chain_hash = chain_link(chain_hash, sequence + 1, now(), ARRAY[:seat::int * 4 + 1], NULL)
                WHERE performance_id = '\(performance)';
            INSERT INTO seat_change SELECT performance_id, sequence, now(), ARRAY[:seat::int * 4 + 1], chain_hash
                FROM performance WHERE performance_id = '\(performance)';
            INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id,
                    seat_indexes, created_at, expires_at, subtotal_minor, service_fee_minor, currency)
                VALUES (gen_random_uuid(), '\(performance)', lpad(to_hex(:customer::bigint), 32, '0')::uuid,
                    'key-' || :customer, sha256('body'), 'request', ARRAY[:seat::int], now(), now() + interval '10 minutes',
                    55000, 2000, 'KRW');
            UPDATE seat SET state = 1, hold_id = gen_random_uuid(), held_until = now() + interval '10 minutes',
                changed_sequence = 1
                WHERE performance_id = '\(performance)' AND seat_index = :seat
                    AND (state = 0 OR (state = 1 AND held_until <= now()));
            COMMIT;
            """, fullTransactions)
    }

    // Transactions a second.
    private func pgbench(_ script: String, _ transactions: Int) throws -> Double {
        let output = try server.pgbench(
            script, ["-M", "prepared", "-c", "\(clients)", "-j", "2", "-t", "\(max(1, transactions / clients))"],
            in: database)
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(line.split(separator: " ")[2])
        else { throw StoreBenchmarkFailure.unreadable(output) }
        return rate
    }
}
