/// A Swift file in three readings: as it is, its code alone, and its string literals alone.
///
/// Both keep every line where it was.
struct SwiftSource {
    let path: String
    let lines: [Substring]
    /// Comments and the insides of strings are blank.
    let code: [Substring]
    /// Everything but the insides of strings is blank.
    let strings: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var reader = Reader(text: Array(text.unicodeScalars))
        reader.readCode()
        code = String(reader.code).split(separator: "\n", omittingEmptySubsequences: false)
        strings = String(reader.strings).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `Shared/HTTP2/Server/HTTPServer.swift` belongs to `HTTP2`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The modules of the lines that import, by line.
    var imports: [(line: Int, module: String)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(whereSeparator: { " \t;".contains($0) })
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ Self.importModifiers.contains($0) || $0.hasPrefix("@") })
            else { return nil }
            let isOneDeclaration = Self.importKinds.contains(words[place + 1]) && place + 2 < words.count
            let name = words[isOneDeclaration ? place + 2 : place + 1]
            return (index + 1, String(name.prefix { $0 != "." }))
        }
    }

    private static let importModifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "implementationOnly",
    ]
    private static let importKinds: Set<Substring> = [
        "struct", "class", "enum", "func", "protocol", "typealias", "var", "let", "actor",
    ]

    private struct Reader {
        let text: [Unicode.Scalar]
        var position = 0
        var code = String.UnicodeScalarView()
        var strings = String.UnicodeScalarView()

        private func has(_ word: String, at place: Int) -> Bool {
            text[place...].starts(with: word.unicodeScalars)
        }

        private mutating func take(_ count: Int = 1, asCode: Bool = false, asString: Bool = false) {
            for scalar in text[position..<min(text.count, position + count)] {
                let blank: Unicode.Scalar = scalar == "\n" ? "\n" : " "
                code.append(asCode ? scalar : blank)
                strings.append(asString ? scalar : blank)
                position += 1
            }
        }

        /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
        mutating func readCode(inParentheses: Bool = false) {
            var depth = 1
            while position < text.count {
                if has("//", at: position) {
                    while position < text.count, text[position] != "\n" { take() }
                } else if has("/*", at: position) {
                    readComment()
                } else if let pounds = poundsOfString() {
                    readString(pounds: pounds)
                } else {
                    if text[position] == "(" { depth += 1 }
                    if text[position] == ")" { depth -= 1 }
                    if inParentheses, depth == 0 { return }
                    take(asCode: true)
                }
            }
        }

        private mutating func readComment() {
            var depth = 0
            while position < text.count {
                if has("/*", at: position) { depth += 1 }
                if has("*/", at: position) { depth -= 1 }
                let isEdge = has("/*", at: position) || has("*/", at: position)
                take(isEdge ? 2 : 1)
                if depth == 0 { return }
            }
        }

        private func poundsOfString() -> Int? {
            var end = position
            while end < text.count, text[end] == "#" { end += 1 }
            return end < text.count && text[end] == "\"" ? end - position : nil
        }

        private mutating func readString(pounds: Int) {
            let tail = String(repeating: "#", count: pounds)
            let quote = has("\"\"\"", at: position + pounds) ? "\"\"\"" : "\""
            take(pounds + quote.count, asCode: true)
            while position < text.count, !has(quote + tail, at: position) {
                if quote.count == 1, text[position] == "\n" { return }
                if has("\\\(tail)(", at: position) {
                    take(2 + pounds)
                    readCode(inParentheses: true)
                    take()
                } else {
                    take(has("\\\(tail)", at: position) ? 2 + pounds : 1, asString: true)
                }
            }
            take(quote.count + pounds, asCode: true)
        }
    }
}
