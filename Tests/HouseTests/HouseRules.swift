/// One place where a file breaks a rule of the house.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}

/// The rules of the house, each a pure function of one file.
enum HouseRules {
    static let linesMax = 400

    static func violations(of source: SwiftSource) -> [Violation] {
        let isTest = source.path.hasPrefix("Tests/")
        var found = unfinished(source) + traps(source) + unproven(source) + length(source)
        if !isTest { found += imports(source) + sql(source) }
        if source.path.hasPrefix("Shared/") { found += DocumentationRule.undocumented(source) }
        if !isTest, ImportTable.general.contains(source.target) { found += ticketing(source) }
        return found
    }

    // MARK: Arrows

    static func imports(_ source: SwiftSource) -> [Violation] {
        guard let allowed = ImportTable.allowed[source.target] else {
            return [Violation(path: source.path, line: 1, rule: "\(source.target) is not in the table of imports")]
        }
        return source.imports.compactMap { line, module in
            guard !allowed.contains(module), !ImportTable.everywhere.contains(module) else { return nil }
            return Violation(path: source.path, line: line, rule: "\(source.target) may not import \(module)")
        }
    }

    /// The table's own faults: an arrow that goes up, a C library with a second user.
    static func faults(
        of allowed: [String: Set<String>], layers: [String] = ImportTable.layers
    ) -> [String] {
        var faults: [String] = []
        for (target, modules) in allowed.sorted(by: { $0.key < $1.key }) {
            guard let height = layers.firstIndex(of: target) else {
                faults.append("\(target) has no layer")
                continue
            }
            for module in modules.sorted() {
                if let other = layers.firstIndex(of: module), other >= height {
                    faults.append("\(target) → \(module) goes up")
                }
                if ImportTable.services.contains(module) { faults.append("\(target) imports the service \(module)") }
                if let owner = ImportTable.owners[module], owner != target {
                    faults.append("\(target) → \(module): only \(owner) may")
                }
            }
        }
        for (target, forbidden) in [
            ("Gateway", ["Postgres", "LedgerStore", "Redis"]), ("RealtimePush", ["Postgres", "LedgerStore"]),
        ] {
            for module in forbidden where allowed[target]?.contains(module) == true {
                faults.append("\(target) has a handle on \(module)")
            }
        }
        return faults
    }

    // MARK: SQL

    static func sql(_ source: SwiftSource) -> [Violation] {
        guard source.target != "LedgerStore" else { return [] }
        return source.strings.enumerated().compactMap { index, text in
            guard looksLikeSQL(text) else { return nil }
            return Violation(path: source.path, line: index + 1, rule: "only LedgerStore contains SQL")
        }
    }

    private static func looksLikeSQL(_ text: Substring) -> Bool {
        let words = text.lowercased().split(whereSeparator: { !$0.isLetter && $0 != "_" })
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            switch (word, next) {
            case ("insert", "into"), ("delete", "from"), ("create", "table"), ("alter", "table"), ("drop", "table"),
                ("create", "index"), ("create", "function"), ("for", "update"):
                return true
            case ("select", _) where words[index...].contains("from"): return true
            case ("update", _) where words[index...].contains("set"): return true
            default: continue
            }
        }
        return false
    }

    // MARK: Words

    private static let ticketingWords: Set<String> = [
        "seat", "seats", "ticket", "tickets", "customer", "customers", "performance", "performances", "venue", "venues",
        "organizer", "organizers", "attendee", "attendees",
    ]

    static func ticketing(_ source: SwiftSource) -> [Violation] {
        source.lines.enumerated().flatMap { index, line in
            words(line).compactMap { word in
                // "Order" and "hold" are plain English as well: only their ids and paths give them away.
                let isTicketing =
                    ticketingWords.contains(word)
                    || ["hold_id", "order_id", "holdId", "orderId", "/holds", "/orders"].contains(word)
                guard isTicketing else { return nil }
                return Violation(
                    path: source.path, line: index + 1, rule: "\(source.target) holds the ticketing word \"\(word)\"")
            }
        }
    }

    /// Whole identifiers and paths' parts, and the words inside them, in lower case.
    private static func words(_ line: Substring) -> [String] {
        let tokens = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "/" })
        var words: [String] = []
        for token in tokens {
            words.append(String(token))
            words += token.split(separator: "/").map { "/\($0)" }.filter { token.contains($0) }
            var word = ""
            for character in token {
                if character.isUppercase || !character.isLetter {
                    words.append(word)
                    word = ""
                }
                if character.isLetter { word.append(contentsOf: character.lowercased()) }
            }
            words.append(word)
        }
        return words
    }

    // Put together here, so that this file does not break its own rule.
    private static let unfinishedWords = [
        "TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "place" + "holder", "for " + "now",
    ]

    static func unfinished(_ source: SwiftSource) -> [Violation] {
        source.lines.enumerated().flatMap { index, line in
            unfinishedWords.filter { line.contains($0) }.map {
                Violation(path: source.path, line: index + 1, rule: "\"\($0)\": finish it")
            }
        }
    }

    // MARK: Safety

    static func traps(_ source: SwiftSource) -> [Violation] {
        source.code.enumerated().flatMap { index, line in
            ["try!", "as!", "fatalError("].filter { line.contains($0) }.map {
                Violation(path: source.path, line: index + 1, rule: "no \($0)")
            }
        }
    }

    static func unproven(_ source: SwiftSource) -> [Violation] {
        source.code.enumerated().compactMap { index, line in
            guard line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") else { return nil }
            let nearby = source.lines[max(0, index - 12)...index]
            guard !nearby.contains(where: { $0.contains("//") }) else { return nil }
            return Violation(path: source.path, line: index + 1, rule: "say in a comment why this is safe")
        }
    }

    static func length(_ source: SwiftSource) -> [Violation] {
        guard source.lines.count - 1 > linesMax else { return [] }
        return [
            Violation(
                path: source.path, line: linesMax + 1,
                rule: "\(source.lines.count - 1) lines: look for the second thing that the file does")
        ]
    }
}
