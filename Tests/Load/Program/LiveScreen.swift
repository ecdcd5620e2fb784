import Foundation
import Glibc
import LoadModel

/// Shows how a run is: a few lines that are drawn over on a terminal, a line now and then elsewhere.
struct LiveScreen {
    private let view: LiveView
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var drawnLines = 0
    private var toldAt = -1.0

    /// How often a line is told where nothing can be drawn over, in seconds.
    private static let lineSeconds = 5.0

    init(view: LiveView) {
        self.view = view
    }

    mutating func show(_ moment: LiveMoment) {
        guard isTerminal else {
            guard moment.seconds - toldAt >= Self.lineSeconds else { return }
            toldAt = moment.seconds
            return write(view.line(moment) + "\n")
        }
        let lines = view.lines(moment)
        let back = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        write(back + lines.map { "\r\u{1B}[K\($0)\n" }.joined())
        drawnLines = lines.count
    }

    /// A line that stays.
    mutating func tell(_ line: String) {
        write("\(line)\n")
        drawnLines = 0
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
