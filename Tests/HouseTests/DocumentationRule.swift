/// Every public type of Shared has its sentence, and every public function whose meaning no protocol gives.
///
/// Fields are told by the sentence of their type where their name says it all; a type that conforms to something may
/// have witnesses, whose meaning stands at the requirement.
enum DocumentationRule {
    private static let types: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]

    private static let nests: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "extension"]

    static func undocumented(_ source: SwiftSource) -> [Violation] {
        var scopes: [(depth: Int, conforms: Bool)] = []
        var depth = 0
        // A header may go on over several lines before its brace.
        var header = ""
        var found: [Violation] = []
        for (index, line) in source.code.enumerated() {
            let words = line.split(whereSeparator: { " (<:{".contains($0) })
            let isNesting = words.contains(where: { nests.contains($0) }) && !words.contains("func")
            if isPublic(words) {
                let isType = words.contains(where: { types.contains($0) }) && !words.contains("func")
                let isOwn = words.contains("func") && scopes.last?.conforms != true
                let isWitness = words.contains("typealias") && scopes.last?.conforms == true
                if (isType && !isWitness) || isOwn, !isDocumented(source, above: index) {
                    found.append(
                        Violation(
                            path: source.path, line: index + 1, rule: "a public declaration without a sentence"))
                }
            }
            if isNesting || !header.isEmpty { header += line }
            for character in line {
                if character == "{" {
                    depth += 1
                    if !header.isEmpty {
                        scopes.append((depth, header.prefix { $0 != "{" }.contains(":")))
                        header = ""
                    }
                } else if character == "}" {
                    if scopes.last?.depth == depth { scopes.removeLast() }
                    depth -= 1
                }
            }
        }
        return found
    }

    private static func isPublic(_ words: [Substring]) -> Bool {
        guard let access = words.firstIndex(where: { $0 == "public" || $0 == "open" }), !words.contains("import") else {
            return false
        }
        return words[..<access].allSatisfy { $0.hasPrefix("@") || !$0.allSatisfy(\.isLowercase) || $0 == "nonisolated" }
    }

    private static func isDocumented(_ source: SwiftSource, above index: Int) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = source.lines[above].drop(while: \.isWhitespace)
            if line.hasPrefix("///") { return true }
            // Attributes and `#if` may stand between the sentence and the declaration.
            guard line.hasPrefix("@") || line.hasPrefix("#") || line.hasPrefix("//") else { return false }
            above -= 1
        }
        return false
    }
}
