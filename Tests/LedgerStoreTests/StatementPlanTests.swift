import Foundation
import LedgerStore
import Postgres
import Testing

/// No statement that names seats, holds or orders by key reads a whole table.
@Suite struct StatementPlanTests {
    /// Tables that grow with what is sold.
    static let large: Set<String> = [
        "seat", "hold", "order", "order_hold", "payment", "ticket", "seat_change", "idempotency", "refund",
        "transfer", "transfer_resolution", "customer", "customer_profile", "session_revocation", "chart_seat",
        "message", "delivery", "delivery_attempt", "sales_minute", "payout", "hold_lapse", "instrument_use",
        "waiting_list_entry", "waiting_room_entry", "waiting_room_step",
    ]

    // These read everything by their nature: an audit proves a whole, and a balance is a sum.
    static func readsEverything(_ name: String) -> Bool {
        name.hasPrefix("audit_") || name.hasPrefix("sandbox_")
    }

    @Test func `every statement finds its rows by an index`() async throws {
        try await TestLedger.with { ledger in
            for statement in StatementLibrary.all where !Self.readsEverything(statement.name) {
                for node in try await Self.plan(of: statement.name, statement.sql, in: ledger) {
                    guard Self.large.contains(where: { node.reads($0) }) else { continue }
                    #expect(node.type != "Seq Scan", "\(statement.name) reads all of \(node.table)")
                    let isWhole = node.type.hasPrefix("Index") && node.condition.isEmpty
                    // Partial indexes hold few rows, by their own condition.
                    #expect(
                        !isWhole || node.index.hasSuffix("_unsettled"),
                        "\(statement.name) reads all of \(node.table) by \(node.index)")
                }
            }
        }
    }

    // A performance takes all the seats of its chart, and a statement adds up all that was sold of it.
    static let readsWholeCharts: Set<String> = ["seats_fill", "statement_levels"]

    @Test func `a seat is looked up in its chart by its key, however few charts there were when it was planned`()
        async throws
    {
        try await TestLedger.with { ledger in
            for statement in StatementLibrary.all
            where !Self.readsEverything(statement.name) && !Self.readsWholeCharts.contains(statement.name) {
                for node in try await Self.plan(of: statement.name, statement.sql, in: ledger)
                where node.table == "chart_seat" && node.type != "ModifyTable" {
                    #expect(
                        node.condition.contains("seat_index ="), "\(statement.name) reads a chart for each of its seats"
                    )
                }
            }
        }
    }

    struct Node {
        let type: String
        let table: String
        let index: String
        /// Empty where everything is read.
        let condition: String

        func reads(_ name: String) -> Bool {
            table == name || (name == "seat" && table.wholeMatch(of: /seat_(default|[0-9_]+)/) != nil)
        }
    }

    // With sequential scans forbidden the planner takes one only where there is no other way.
    private static func plan(of name: String, _ sql: String, in ledger: TestLedger) async throws -> [Node] {
        let count = (1...20).last { sql.contains("$\($0)") } ?? 0
        let nulls = count == 0 ? "" : "(" + Array(repeating: "NULL", count: count).joined(separator: ", ") + ")"
        let output = try await ledger.execute(
            """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan;
            PREPARE explained AS \(sql);
            EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE explained\(nulls)
            """)
        let plans = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return nodes(of: plans)
    }

    private static func nodes(of value: Any) -> [Node] {
        if let list = value as? [Any] { return list.flatMap(nodes) }
        guard let object = value as? [String: Any] else { return [] }
        var found = object.values.flatMap(nodes)
        if let type = object["Node Type"] as? String {
            found.append(
                Node(
                    type: type, table: object["Relation Name"] as? String ?? "",
                    index: object["Index Name"] as? String ?? "", condition: object["Index Cond"] as? String ?? ""))
        }
        return found
    }
}
