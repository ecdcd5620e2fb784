/// Names and labels as a file writes them and as a person should read them.
enum LabelText {
    /// Without white space at the ends, and with each run of white space or control characters as one space.
    static func trimmed(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var needsSpace = false
        for scalar in text.unicodeScalars {
            let isInvisible =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
                default: false
                }
            if isInvisible {
                needsSpace = !result.isEmpty
            } else {
                if needsSpace { result.append(" ") }
                needsSpace = false
                result.append(scalar)
            }
        }
        return String(result)
    }
}
