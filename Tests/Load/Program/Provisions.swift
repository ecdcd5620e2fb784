import LoadEngine
import LoadModel
import Ticketing
import Wire

/// Where a scenario's sale, its customers and its proof come from.
enum Provisions: Sendable {
    /// They are made for it, by jobs of the services.
    case made(StackJobs)
    /// They are there.
    case there(PerformanceID, CustomerTokens, counts: ShellCommand?, audit: ShellCommand?)

    /// How long making a sale may take before it opens.
    private static let preparationSeconds: Int64 = 20

    /// The performance, when its sale opens, and when the first one may come.
    struct Sale: Sendable {
        let performance: PerformanceID
        /// Nil for at once.
        let beginsAt: Timestamp?
    }

    /// A sale for a scenario.
    func sale(for scenario: Scenario) async throws -> Sale {
        switch self {
        case .there(let performance, _, _, _): return Sale(performance: performance, beginsAt: nil)
        case .made(let jobs):
            let opensAfter = Int64(scenario.sale.opensAfterSeconds)
            guard opensAfter > 0 else {
                let performance = try await jobs.makeSale(of: scenario, opensAt: .now)
                return Sale(performance: performance, beginsAt: nil)
            }
            let begin = Timestamp.now.advanced(bySeconds: Self.preparationSeconds)
            let performance = try await jobs.makeSale(of: scenario, opensAt: begin.advanced(bySeconds: opensAfter))
            return Sale(performance: performance, beginsAt: begin)
        }
    }

    /// As many customers as a scenario needs; those that are there already are taken first.
    func customers(for scenario: Scenario, known: CustomerTokens) async throws -> CustomerTokens {
        switch self {
        case .there(_, let customers, _, _): return customers
        case .made(let jobs):
            guard known.count < scenario.customers else { return known }
            return try await jobs.makeCustomers(scenario.customers)
        }
    }

    /// The services' jobs; nil where they can't be asked.
    var jobs: StackJobs? {
        if case .made(let jobs) = self { jobs } else { nil }
    }

    /// What stands in PostgreSQL; nil where nobody can be asked.
    func counts() async throws -> LedgerCounts? {
        switch self {
        case .made(let jobs): return try await jobs.counts()
        case .there(_, _, let command, _):
            guard let command else { return nil }
            return try WireJSON.decode(LedgerCounts.self, from: try await command.runWell())
        }
    }

    /// The proof; nil where nobody can be asked.
    func audit() async throws -> LoadReport.Audit? {
        switch self {
        case .made(let jobs): return try await jobs.audit()
        case .there(_, _, _, let command):
            guard let command else { return nil }
            return try StackJobs.audit(try await command.run())
        }
    }
}
