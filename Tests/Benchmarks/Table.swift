import ArgumentParser
import Foundation
import RivalTable

/// Makes the table of rivals of what the benchmarks of one run have left.
struct Table: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The table of rivals, of the rows that benchmarks left: exit code 1 where a goal is missed.")

    @Argument(help: "The file of rows.")
    var rows: String

    @Option(help: "When and on what it was measured, in a sentence.")
    var circumstances = "Medians of interleaved rounds in one run, on one machine."

    @Option(help: "Something else to be told below the table; several.")
    var note: [String] = []

    @Option(help: "The file of the table in Markdown.")
    var markdown: String

    @Option(help: "The file of the table as a page.")
    var html: String

    func run() throws {
        let table = RivalTable(try RivalFile(path: rows).rows(), circumstances: circumstances, notes: note)
        try Data(table.markdown.utf8).write(to: URL(filePath: markdown), options: .atomic)
        try Data(table.page.utf8).write(to: URL(filePath: html), options: .atomic)
        print(table.markdown)
        for goal in table.missed { print("MISSED: \(goal)") }
        if !table.missed.isEmpty { throw ExitCode.failure }
    }
}
