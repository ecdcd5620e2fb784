import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// What a performance brought its organizer.
struct StatementCommand: AsyncParsableCommand {
    /// How it is printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv, json
    }

    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "Print what a performance brought its organizer.")

    @Argument(help: "The performance's id.")
    var performance: String

    @Option(help: "json: the sums; csv: a line for each ticket.")
    var format = Format.json

    func run() async throws {
        guard let performance = PerformanceID(performance) else {
            throw ValidationError("That is no performance's id.")
        }
        let question = PerformanceSalesRequest(performanceId: performance, organizerId: Operator.id, isAdmin: true)
        try await LedgerJob.run(name: "statement") { [format] pool in
            let statements = StatementsStore(pool: pool)
            guard let statement = try await statements.statement(question) else {
                throw ValidationError("There is no such performance.")
            }
            switch format {
            case .json: print(String(decoding: try WireJSON.encode(statement), as: UTF8.self))
            case .csv:
                let reader = StatementReader(statements: statements, refunds: RefundsStore(pool: pool))
                var request = StatementPageRequest(sales: question, asOf: statement.asOf)
                while let page = try await reader.page(request) {
                    print(page.csv, terminator: "")
                    guard let cursor = page.nextCursor else { break }
                    request.cursor = cursor
                }
            }
        }
    }
}
