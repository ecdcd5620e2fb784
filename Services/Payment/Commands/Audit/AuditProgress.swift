import Glibc
import Synchronization
import Telemetry

/// Tells on standard error what a long job is at, on one line that is written over; to a person only.
final class AuditProgress: Sendable {
    private let isTold: Bool
    private let isOpen = Mutex(false)

    /// Quiet where nobody looks: standard error is no terminal, or the output is for a program.
    init(isQuiet: Bool) {
        isTold = !isQuiet && isatty(STDERR_FILENO) == 1
    }

    func tell(_ text: String) {
        guard isTold else { return }
        isOpen.withLock { $0 = true }
        JSONLineLogHandler.writeToStandardError(Array("\r\u{1B}[K\(text)".utf8))
    }

    /// Clears the line.
    func end() {
        guard isOpen.withLock({ $0 }) else { return }
        JSONLineLogHandler.writeToStandardError(Array("\r\u{1B}[K".utf8))
    }

    /// Says something that has to be heard, whoever looks.
    func warn(_ text: String) {
        end()
        JSONLineLogHandler.writeToStandardError(Array("\(text)\n".utf8))
    }
}
