import Foundation
import LoadEngine
import LoadModel
import Ticketing
import Wire

/// The services' jobs on a stack, by a command in front of them: what makes a sale, customers, and the proof afterwards.
struct StackJobs: Sendable {
    let command: ShellCommand
    /// The e-mail address of an organizer's account that is there.
    let organizer: String
    /// Where the demonstration's chart is.
    let charts: String
    /// Where files are kept that jobs read and write.
    let folder: URL

    private struct Imported: Decodable {
        let chartId: String
        let priceLevelIds: [String]
    }

    private struct Created: Decodable {
        let performanceId: PerformanceID
    }

    private struct Findings: Decodable {
        struct Finding: Decodable {
            let check: String
            let subject: String
            let detail: String
        }

        let findings: [Finding]
    }

    // MARK: Before

    /// Puts a performance up for sale as the scenario wants it; it opens at a time.
    func makeSale(of scenario: Scenario, opensAt: Timestamp) async throws -> PerformanceID {
        let chart = try await importChart(scenario.sale)
        let now = Timestamp.now
        var arguments = [
            "create-event", "--title", "Rush: \(scenario.name)", "--venue", "Rush", "--organizer", organizer,
            "--chart", chart.chartId, "--starts-at", "\(now.advanced(bySeconds: 60 * 86_400))",
            "--on-sale-at", "\(opensAt)", "--seats-per-customer", "\(scenario.sale.seatsPerCustomer)",
            "--hold-seconds", "\(scenario.sale.holdSeconds)", "--refund-until-seconds", "86400",
        ]
        for level in chart.priceLevelIds { arguments += ["--price", "\(level)=50000"] }
        return try await job(Created.self, "seat-reservation", arguments + scenario.sale.arguments).performanceId
    }

    private func importChart(_ sale: ScenarioSale) async throws -> Imported {
        switch sale.chart {
        case .hall:
            let file = folder.appending(path: "hall-\(sale.seats).csv")
            try Data(HallChart.text(seats: sale.seats).utf8).write(to: file)
            return try await job(
                Imported.self, "seat-reservation",
                ["import-chart", file.path(percentEncoded: false), "--name", "A hall of \(sale.seats)"])
        case .stadium:
            return try await job(
                Imported.self, "seat-reservation",
                [
                    "import-chart", "\(charts)/rakuten-taoyuan/chart.csv", "--layout",
                    "\(charts)/rakuten-taoyuan/layout.json", "--name", "A stadium",
                ])
        }
    }

    /// Makes customers with sessions.
    func makeCustomers(_ count: Int) async throws -> CustomerTokens {
        let file = folder.appending(path: "customers-\(UUID().uuidString)").path(percentEncoded: false)
        // Whoever has the file is those customers.
        defer { try? FileManager.default.removeItem(atPath: file) }
        _ = try await command.runWell(
            ["seat-reservation", "create-customers", "--count", "\(count)", "--file", file],
            environment: ["BOXOFFICE_BULK_CUSTOMERS": "allowed"])
        return try CustomerTokens(file: file)
    }

    // MARK: Afterwards

    /// What stands in PostgreSQL.
    func counts() async throws -> LedgerCounts {
        try await job(LedgerCounts.self, "payment", ["audit", "--counts"])
    }

    /// Proves the ledger.
    func audit() async throws -> LoadReport.Audit {
        try Self.audit(try await command.run(["payment", "audit", "--json"]))
    }

    /// Whether a ranking follows from what was published before it.
    func verifiesQueue(_ document: [UInt8], _ hashes: [String]) async throws -> Bool {
        let file = folder.appending(path: "ranking-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(document).write(to: file)
        let ending = try await command.run(
            ["seat-reservation", "verify-queue", file.path(percentEncoded: false)] + hashes)
        guard ending.exitCode == 0 || ending.exitCode == 1 else {
            throw ShellCommand.Failure(description: "verify-queue ended with \(ending.exitCode).")
        }
        return ending.exitCode == 0
    }

    /// What an audit's command told.
    static func audit(_ ending: ShellCommand.Ending) throws -> LoadReport.Audit {
        guard ending.exitCode == 0 || ending.exitCode == 1 else {
            return LoadReport.Audit(
                exitCode: ending.exitCode, seatsSoldTwice: nil, findings: ["The audit could not be made."])
        }
        let findings = try WireJSON.decode(Findings.self, from: ending.output).findings
        let twice = findings.count { $0.check == "seat_with_two_tickets" || $0.check == "seat_sold_twice" }
        return LoadReport.Audit(
            exitCode: ending.exitCode, seatsSoldTwice: twice,
            findings: findings.prefix(20).map { "\($0.check): \($0.subject): \($0.detail)" })
    }

    private func job<Answer: Decodable>(
        _: Answer.Type, _ service: String, _ arguments: [String]
    ) async throws -> Answer {
        let output = try await command.runWell([service] + arguments)
        do {
            return try WireJSON.decode(Answer.self, from: output)
        } catch {
            throw ShellCommand.Failure(
                description: "'\(service) \(arguments[0])' did not answer as it does: \(error)")
        }
    }
}
