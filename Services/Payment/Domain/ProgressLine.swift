/// How far a long job is, for a person: a bar that is drawn over itself, or plain lines where nobody sees a terminal.
struct ProgressLine: Sendable {
    private static let barCharacters = 30

    private let isTerminal: Bool
    private var last: String?

    init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// What to print now; nil when nothing changed.
    mutating func text(done: Int, of total: Int, isFinished: Bool, note: String) -> String? {
        let share = total == 0 ? (isFinished ? 100 : 0) : min(100, 100 * done / total)
        let line = "\(done) of \(total) tickets (\(share) %), \(note)" + (isFinished ? ": finished" : "")
        guard line != last else { return nil }
        last = line
        guard isTerminal else { return line + "\n" }
        let filled = Self.barCharacters * share / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barCharacters - filled)
        // Erases what a longer line left.
        return "\r\u{1B}[2K\(bar) \(line)" + (isFinished ? "\n" : "")
    }
}
