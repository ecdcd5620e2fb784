import LedgerStore
import TestSupport
import Testing
import Ticketing

/// What runs inside the door's functions is planned as well as what is sent.
@Suite struct FunctionPlanTests {
    @Test func `every batch's function forbids custom plans, reading whole tables and compiling`() async throws {
        try await TestLedger.with { ledger in
            let careless = try await ledger.execute(
                """
                SELECT string_agg(proname, ', ') FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proname LIKE '%\\_batch' AND NOT coalesce(
                    proconfig @> '{plan_cache_mode=force_generic_plan,jit=off,enable_seqscan=off}', false)
                """)
            #expect(careless == "")
        }
    }

    @Test func `what locks a performance is called only where the plans are forced`() async throws {
        try await TestLedger.with { ledger in
            let careless = try await ledger.execute(
                """
                SELECT string_agg(proname, ', ') FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND prosrc ~ '(lock_performance|append_change)\\('
                    AND NOT coalesce(proconfig @> '{plan_cache_mode=force_generic_plan,jit=off}', false)
                """)
            #expect(careless == "")
        }
    }

    @Test func `a batch finds its rows by an index`() async throws {
        let server = try PostgresServer(settings: [
            "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0",
            "auto_explain.log_nested_statements=on",
        ])
        try server.startAndWait()
        defer { server.process.kill() }
        let cluster = try await TestCluster(server: server).prepare()
        try await TestLedger.with(on: cluster) { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            for round in 0..<3 {
                let wishes = (0..<10).map { wish([SeatIndex($0 * 3 + round)]) }
                for wish in wishes + wishes { _ = try await door.hold(wish, in: performance) }
                for wish in wishes.prefix(5) {
                    _ = try await door.release(wish.holdID, of: wish.customerID, in: performance)
                }
                try await ledger.letHoldsLapse(performance)
                for wish in wishes { _ = try await door.expire(wish.holdID, in: performance) }
            }
        }
        let plans = server.log.split(separator: "\n")
        #expect(plans.contains { $0.contains("Index Scan using seat_") })
        let whole = plans.filter { line in
            StatementPlanTests.large.contains {
                line.contains("Seq Scan on \($0)") || line.contains("Seq Scan on seat_")
            }
        }
        // letHoldsLapse is the test's own, and so is what makes the sale.
        #expect(whole.filter { $0.contains("cost=10000000000") }.isEmpty)
    }
}
