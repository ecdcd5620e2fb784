import Testing

/// Each rule is shown a file that breaks it, and one that only looks like it.
struct PlantedViolationTests {
    private func rules(_ path: String, _ text: String) -> [String] {
        HouseRules.violations(of: SwiftSource(path: path, text: text)).map { "\($0.line): \($0.rule)" }
    }

    static let forbiddenImports: [(String, String)] = [
        ("Services/Gateway/A.swift", "import Postgres"), ("Services/Gateway/A.swift", "import LedgerStore"),
        ("Services/Gateway/A.swift", "public import Redis"), ("Services/RealtimePush/A.swift", "import Postgres"),
        ("Services/RealtimePush/A.swift", "internal import LedgerStore"),
        ("Services/Payment/A.swift", "import Gateway"),
        ("Services/Payment/A.swift", "@testable import SeatReservation"), ("Shared/HTTP2/A.swift", "import Wire"),
        ("Services/SeatReservation/A.swift", "import CLibpq"), ("Shared/Ticketing/A.swift", "import NIOCore"),
        ("Shared/Wire/A.swift", "@preconcurrency import struct Postgres.PostgresRow"),
        ("Shared/Wire/A.swift", "  import class LedgerStore.Door"), ("Shared/New/A.swift", "let x = 1"),
    ]

    @Test(arguments: forbiddenImports)
    func `an import against the arrows is found`(path: String, line: String) {
        #expect(rules(path, "// A.\n\(line)\n").count == 1)
    }

    @Test func `an import in a comment or a string is none`() {
        let text =
            "// import Postgres\n/* \nimport Redis\n*/\nlet a = \"\"\"\nimport LedgerStore\n\"\"\"\nimport Wire\n"
        #expect(rules("Services/Gateway/A.swift", text) == [])
    }

    @Test func `a table whose arrows go up is found`() {
        let faults = HouseRules.faults(of: [
            "Wire": ["Contracts"], "Gateway": ["Redis", "Postgres"], "Payment": ["Gateway"], "LedgerStore": ["CLibpq"],
            "Attic": [],
        ])
        #expect(faults.count == 6)
    }

    @Test(arguments: [
        #"let q = "SELECT a FROM b WHERE c = $1""#, #"let q = "insert into hold values (1)""#,
        "let q = \"\"\"\n  UPDATE seat SET state = 1\n  \"\"\"", #"let q = "DELETE FROM x""#,
        ##"let q = #"CREATE TABLE x"#"##,
    ])
    func `SQL outside LedgerStore is found`(text: String) {
        #expect(rules("Services/Payment/A.swift", text).count == 1)
        #expect(rules("Shared/LedgerStore/A.swift", text) == [])
        #expect(rules("Tests/PostgresTests/A.swift", text) == [])
    }

    @Test func `English that resembles SQL is none`() {
        let text =
            "// SELECT a FROM b\nlet a = \"select one of these\"\nlet b = \"an update from them\"\nset.insert(x)\n"
        #expect(rules("Services/Payment/A.swift", text) == [])
    }

    @Test(arguments: [
        "let seatIndex = 1", "struct TicketQueue {}", "// the customer waits", #"let path = "/v1/holds/x""#,
        "let performances: Int", "case hold_id",
    ])
    func `a ticketing word in a general target is found`(text: String) {
        #expect(!rules("Shared/HTTP2/A.swift", text).isEmpty)
        #expect(rules("Services/Payment/A.swift", text) == [])
    }

    @Test func `plain English in a general target is none`() {
        let text = "// It holds them in order; seating is no word of ours.\nlet byteOrder = threshold\n"
        #expect(rules("Shared/HTTP2/A.swift", text) == [])
    }

    @Test func `what traps and what is unproven is found, in code only`() {
        let text = """
            let a = try! f()
            let b = c as! D
            fatalError("no")



            final class E: @unchecked Sendable {}
            """
        #expect(rules("Services/Payment/A.swift", text).count == 4)
        #expect(rules("Services/Payment/A.swift", "// try! and as!\nlet a = \"fatalError(\"\n") == [])
        let proven = "// Only the loop's own thread touches it.\nnonisolated(unsafe) var x = 1\n"
        #expect(rules("Services/Payment/A.swift", proven) == [])
    }

    @Test func `what is unfinished is found`() {
        #expect(rules("Tests/WireTests/A.swift", "// " + "TO" + "DO: more").count == 1)
        #expect(rules("Services/Payment/A.swift", "// good enough " + "for " + "now").count == 1)
    }

    @Test func `a public type or function without a sentence is found, a witness is not`() {
        let text = """
            public struct A {
                public let b: Int
                @usableFromInline
                public static func c() {}
                /// D.
                @discardableResult
                public func d() -> Int { 1 }
                public enum E { case e }
            }
            public import Foundation
            extension A: Hashable {
                public func hash(into hasher: inout Hasher) {}
                public typealias F = Int
                struct G {
                    public func h() {}
                }
            }
            """
        #expect(rules("Shared/Wire/A.swift", text).map { $0.prefix { $0 != ":" } } == ["1", "4", "8", "15"])
        #expect(rules("Services/Payment/A.swift", text) == [])
    }

    @Test func `a file that is too long is found`() {
        #expect(rules("Services/Payment/A.swift", String(repeating: "\n", count: 400)) == [])
        #expect(rules("Services/Payment/A.swift", String(repeating: "\n", count: 401)).count == 1)
    }

    @Test func `strings within strings are read as Swift reads them`() {
        let source = SwiftSource(
            path: "Services/Payment/A.swift",
            text: ##"let a = "x \(f("y // \(z)")) w" // "q"\##n/* /* "n" */ */ let b = #"\(no) "in" \#(c)"#"##)
        let code = source.code.joined(separator: "\n")
        #expect(code.contains("f(") && code.contains("z") && code.contains("let b") && code.contains("c"))
        #expect(!code.contains("y") && !code.contains("q") && !code.contains("n\"") && !code.contains("no"))
        #expect(source.strings.joined().contains("y // "))
        #expect(source.strings.joined().contains("in"))
    }
}
