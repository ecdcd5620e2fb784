/// One command of a shell as a document shows it.
struct ReadmeCommand: Equatable {
    /// `NAME=value` in front of it.
    var variables: [String] = []
    /// Its words: the program in front.
    var words: [String] = []

    /// The commands of a text in Markdown, those of pipes and lists apart.
    ///
    /// They stand in fenced blocks without a language or with a shell's, and in indented blocks; drawings are none.
    /// Where a block shows prompts (`$ `), the other lines are what was printed.
    static func all(in markdown: String) -> [ReadmeCommand] {
        blocks(of: markdown).filter { !$0.contains(where: isDrawn) }.flatMap { lines in
            joined(lines.contains { $0.hasPrefix("$ ") } ? prompted(lines) : lines)
        }
        .flatMap(simpleCommands)
    }

    /// Lines of boxes and arrows: U+2190 to U+25FF.
    private static func isDrawn(_ line: String) -> Bool {
        line.unicodeScalars.contains { (0x2190...0x25FF).contains($0.value) }
    }

    /// One line's commands.
    static func simpleCommands(of line: String) -> [ReadmeCommand] {
        var commands = [ReadmeCommand()]
        for word in words(of: line) {
            if ["|", "&&", "||", ";", "&"].contains(word) {
                commands.append(ReadmeCommand())
            } else if commands[commands.count - 1].words.isEmpty, word.firstMatch(of: /^[A-Z][A-Z0-9_]*=/) != nil {
                commands[commands.count - 1].variables.append(String(word.prefix { $0 != "=" }))
            } else {
                commands[commands.count - 1].words.append(word)
            }
        }
        return commands.filter { !$0.words.isEmpty }
    }

    private static func blocks(of markdown: String) -> [[String]] {
        var blocks: [[String]] = []
        var fenced: [String]?
        var isShell = false
        var indented: [String] = []
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
            if line.hasPrefix("```") {
                if let block = fenced {
                    if isShell { blocks.append(block) }
                    fenced = nil
                } else {
                    isShell = ["", "sh", "bash", "shell", "console"].contains(String(line.dropFirst(3)))
                    fenced = []
                }
            } else if fenced != nil {
                fenced?.append(line)
            } else if line.hasPrefix("    ") {
                indented.append(String(line.dropFirst(4)))
            } else if !indented.isEmpty {
                blocks.append(indented)
                indented = []
            }
        }
        return blocks
    }

    /// The lines behind prompts, and those in which one goes on.
    private static func prompted(_ lines: [String]) -> [String] {
        var kept: [String] = []
        var goesOn = false
        for line in lines where goesOn || line.hasPrefix("$ ") {
            kept.append(goesOn ? line : String(line.dropFirst(2)))
            goesOn = line.hasSuffix("\\")
        }
        return kept
    }

    /// Lines that end in a backslash go on.
    private static func joined(_ lines: [String]) -> [String] {
        var whole: [String] = []
        var goesOn = false
        for line in lines {
            let ends = line.hasSuffix("\\")
            let text = ends ? String(line.dropLast()) : line
            if goesOn { whole[whole.count - 1] += text } else { whole.append(text) }
            goesOn = ends
        }
        return whole
    }

    /// A line's words as a shell sees them, without its comment.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == "#", word == nil {
                break
            } else if character == " " || character == "\t" {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
