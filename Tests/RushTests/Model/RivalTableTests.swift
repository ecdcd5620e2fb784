import Foundation
import Testing

@testable import RivalTable

/// The table of ours and theirs.
struct RivalTableTests {
    private let faster = RivalRow(
        measure: "holds", unit: "holds/s", better: .more, ours: 20_000, rival: "pgbench", theirs: 14_000, goal: 1.5,
        rounds: 5)
    private let smaller = RivalRow(
        measure: "memory", unit: "kB", better: .less, ours: 1.7, rival: "nchan", theirs: 15, goal: 1, rounds: 3)
    private let alone = RivalRow(
        measure: "orders", unit: "orders/s", better: .more, ours: 511, rival: "the goal", goal: 1_000, note: "A | note."
    )
    private let none = RivalRow(
        measure: "twice", unit: "seats", better: .less, ours: 0, rival: "textbook", theirs: 829, goal: 0)

    @Test func `goals are judged by the ratio, or by ours where there is no theirs`() {
        #expect(faster.isReached == false && smaller.isReached == true && alone.isReached == false)
        #expect(none.isReached == true && none.ratio == 0)
        var unjudged = faster
        unjudged.goal = nil
        #expect(unjudged.isReached == nil)
        unjudged.goal = 1
        unjudged.theirs = 0
        #expect(unjudged.ratio == nil && unjudged.isReached == nil)
    }

    @Test func `the table says what was missed, in Markdown and as a page`() {
        let table = RivalTable([faster, smaller, alone, none], circumstances: "Two <cores>.")
        #expect(
            table.markdown.contains("| holds | 20,000 holds/s | pgbench | 14,000 holds/s | 1.43 | ≥ 1.50 | MISSED |"))
        #expect(table.markdown.contains("| memory | 1.70 kB | nchan | 15.0 kB | 0.11 | ≤ 1.00 | reached |"))
        #expect(table.markdown.contains("- orders, beside the goal: A | note."))
        #expect(table.page.contains("Two &lt;cores&gt;."))
        #expect(!table.page.contains("http"))
        #expect(table.missed.count == 2)
    }

    @Test func `rows of one measure stand together`() {
        var other = faster
        other.rival = "one by one"
        let lines = RivalTable([faster, other], circumstances: "").markdown.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("| holds |") } == 1)
        #expect(lines.count { $0.hasPrefix("|  |") } == 1)
    }

    @Test func `rows are added to a file, and read from it`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = RivalFile(path: path)
        #expect(throws: RivalFile.Failure.self) { try file.rows() }
        try file.append([faster])
        try file.append([smaller, alone])
        #expect(try file.rows() == [faster, smaller, alone])
        try Data("{}\n".utf8).write(to: URL(filePath: path))
        #expect(throws: RivalFile.Failure.self) { try file.rows() }
    }
}
