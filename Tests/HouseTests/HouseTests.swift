import Foundation
import Testing

/// The rules of the house, held against every file of the repository.
struct HouseTests {
    @Test func `every Swift file keeps the rules of the house`() throws {
        let sources = try Repository.swiftSources(in: ["Shared", "Services", "Tests"])
        #expect(sources.count > 20)
        for violation in sources.flatMap(HouseRules.violations) { Issue.record("\(violation)") }
    }

    @Test func `arrows go down, and each C library has one user`() {
        #expect(HouseRules.faults(of: ImportTable.allowed) == [])
    }

    @Test func `every folder is a target of the table, and every target of the table a folder`() throws {
        let folders = try ["Shared", "Services"].flatMap { shelf in
            try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: shelf).path)
        }
        #expect(folders.filter { !$0.hasPrefix(".") }.sorted() == ImportTable.layers.sorted())
    }

    @Test func `SQL files stand in LedgerStore only`() throws {
        let strangers = try Repository.paths(in: ["Shared", "Services"])
            .filter { $0.hasSuffix(".sql") && !$0.hasPrefix("Shared/LedgerStore/") }
        #expect(strangers == [])
    }
}
