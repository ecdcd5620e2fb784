import Glibc
import Postgres
import TestSupport
import Testing

/// What a query costs the client. It prints figures and judges none; `BOXOFFICE_MEASURE=1` turns it on.
@Suite(.serialized, .enabled(if: getenv("BOXOFFICE_MEASURE") != nil)) struct ClientCostTests {
    private static func cpuMicroseconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) * 1_000_000 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }

    private func measure(
        _ what: String, count: Int, callers: Int, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let each = count / callers
        for isWarm in [false, true] {
            let (before, start) = (Self.cpuMicroseconds(), ContinuousClock.now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<callers {
                    group.addTask(executorPreference: testLoop) {
                        for _ in 0..<(isWarm ? each : each / 10 + 1) { try await body() }
                    }
                }
                try await group.waitForAll()
            }
            guard isWarm else { continue }
            let cpu = (Self.cpuMicroseconds() - before) / Double(each * callers)
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            let rate = Double(each * callers) / (Double(seconds) + Double(attoseconds) / 1e18)
            print("\(what): \((cpu * 10).rounded() / 10) µs of client CPU each, \(Int(rate)) a second")
        }
    }

    @Test func `a query's cost`() async throws {
        let select = Statement(name: "select", sql: "SELECT $1::int8", isRepeatable: true)
        let batch = Statement(name: "batch", sql: "SELECT cardinality($1), cardinality($2), cardinality($3)")
        try await PostgresServer.shared().withPool { pool in
            for callers in [1, 16, 64, 256] {
                try await measure(
                    "SELECT, \(callers) callers", count: callers == 1 ? 10_000 : 100_000, callers: callers
                ) {
                    try await pool.execute(select, [1 as Int64])
                }
            }
            let ids = (0..<64).map { PostgresUUID(high: UInt64($0), low: 1) }
            let keys = (0..<64).map { "idempotency-key-of-a-customer-\($0)" }
            let seats = Array<Int32>(0..<128)
            try await measure("arrays of 64 uuids, 64 texts, 128 integers", count: 20_000, callers: 4) {
                try await pool.execute(batch, [ids, keys, seats])
            }
            try await measure("transaction of one statement", count: 20_000, callers: 3) {
                try await pool.transaction { _ = try await $0.execute(select, [1 as Int64]) }
            }
        }
    }
}
