import ArgumentParser
import RivalTable

/// Where a benchmark leaves what it found for the table of rivals.
struct RowsOption: ParsableArguments {
    @Option(help: "A file to which rows for the table of rivals are added.")
    var rows: String?

    func add(_ found: [RivalRow]) throws {
        guard let rows else { return }
        try RivalFile(path: rows).append(found)
    }
}
