/// What a peer said, as a log and a person may read it.
enum PeerText {
    /// On one line, without control characters, and not endless.
    static func shown(_ text: String, charactersMax: Int) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(charactersMax) {
            shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        while shown.last == " " { shown.removeLast() }
        return shown
    }

    /// The same of bytes, whatever they are.
    static func shown(_ bytes: some Collection<UInt8>, charactersMax: Int) -> String {
        shown(String(decoding: bytes.prefix(4 * charactersMax), as: UTF8.self), charactersMax: charactersMax)
    }
}
