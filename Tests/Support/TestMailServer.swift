import Foundation
import Synchronization

/// An SMTP server of a test that takes mails, or does not: what it says at each step can be chosen.
public final class TestMailServer: Sendable {
    /// A mail that it took.
    public struct Mail: Hashable, Sendable {
        /// The envelope's sender, as it came.
        public let from: String
        /// The envelope's recipient, as it came.
        public let to: String
        /// Head and body, with CRLF and without SMTP's own dots.
        public let text: String

        /// A header field's value, unfolded; empty when there is none.
        public func field(_ name: String) -> String {
            let head = text.components(separatedBy: "\r\n\r\n")[0].replacingOccurrences(of: "\r\n ", with: " ")
            let line = head.components(separatedBy: "\r\n").first {
                $0.lowercased().hasPrefix("\(name.lowercased()): ")
            }
            return line.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }

        /// All parts that are base64, decoded.
        public var parts: [String] {
            text.components(separatedBy: "Content-Transfer-Encoding: base64\r\n").dropFirst().compactMap { part in
                guard let start = part.range(of: "\r\n") else { return nil }
                let body = part[start.upperBound...].components(separatedBy: "\r\n--")[0]
                return Data(base64Encoded: body, options: .ignoreUnknownCharacters)
                    .map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    /// Where a conversation stands when the server has to say something.
    public enum Step: Sendable, CaseIterable {
        case greeting, hello, sender, recipient, data, body
    }

    /// What the server does in place of its usual answer.
    public enum Answer: Sendable {
        /// Says this, whatever it is.
        case say(String)
        /// Says nothing until the client goes away.
        case silence
        /// Goes away.
        case hangUp
        /// Takes the mail, and then goes away without a word.
        case takeAndHangUp
        /// Takes the mail, and then says nothing until the client goes away.
        case takeAndSilence
    }

    private struct State {
        var mails: [Mail] = []
        var answers: [Step: Answer] = [:]
        var reached: [Step: Int] = [:]
    }

    private let state: Shared
    private let server: LineServer

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Starts it.
    public init(port: Int = 0) throws {
        let shared = Shared()
        state = shared
        server = try LineServer(port: port) { Self.talk($0, shared) }
    }

    /// The port that it listens on.
    public var port: Int { server.port }
    /// The mails that it took.
    public var mails: [Mail] { state.state.withLock { $0.mails } }
    /// How often a step was reached.
    public func reached(_ step: Step) -> Int { state.state.withLock { $0.reached[step] ?? 0 } }
    /// What to say at a step from now on; nil for what it usually says.
    public func answer(at step: Step, _ answer: Answer?) { state.state.withLock { $0.answers[step] = answer } }
    /// Takes no more connections, and ends those that are open.
    public func stop() { server.stop() }

    private static func talk(_ conversation: LineServer.Conversation, _ shared: Shared) {
        guard step(.greeting, "220 test ESMTP", conversation, shared) else { return }
        var sender = ""
        var recipient = ""
        while let line = conversation.line() {
            let word = line.prefix(4).uppercased()
            switch word {
            case "EHLO", "HELO":
                guard step(.hello, "250-test\r\n250 8BITMIME", conversation, shared) else { return }
            case "MAIL":
                sender = argument(line)
                guard step(.sender, "250 sender", conversation, shared) else { return }
            case "RCPT":
                recipient = argument(line)
                guard step(.recipient, "250 recipient", conversation, shared) else { return }
            case "DATA":
                guard step(.data, "354 go on", conversation, shared) else { return }
                guard isTaken(.data, shared) else { continue }
                guard let text = body(conversation) else { return }
                let mail = Mail(from: sender, to: recipient, text: text)
                guard step(.body, "250 taken", conversation, shared, taking: mail) else { return }
            case "QUIT":
                conversation.send("221 bye\r\n")
                return
            default:
                conversation.send("250 fine\r\n")
            }
        }
    }

    /// Whether the conversation goes on.
    private static func step(
        _ step: Step, _ usual: String, _ conversation: LineServer.Conversation, _ shared: Shared,
        taking mail: Mail? = nil
    ) -> Bool {
        let answer = shared.state.withLock { state in
            state.reached[step, default: 0] += 1
            let answer = state.answers[step]
            if let mail {
                switch answer {
                case nil, .takeAndHangUp, .takeAndSilence: state.mails.append(mail)
                case .say(let text) where text.hasPrefix("2"): state.mails.append(mail)
                case .say, .silence, .hangUp: break
                }
            }
            return answer
        }
        switch answer {
        case nil: return conversation.send(usual + "\r\n")
        case .say(let text): return conversation.send(text + "\r\n")
        case .silence, .takeAndSilence:
            conversation.waitForEnd()
            return false
        case .hangUp, .takeAndHangUp: return false
        }
    }

    /// Whether what is said at a step is no refusal.
    private static func isTaken(_ step: Step, _ shared: Shared) -> Bool {
        if case .say(let text) = shared.state.withLock({ $0.answers[step] }) { return text.hasPrefix("3") }
        return true
    }

    private static func body(_ conversation: LineServer.Conversation) -> String? {
        var text = ""
        while let line = conversation.line() {
            if line == "." { return text }
            text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
        }
        return nil
    }

    private static func argument(_ line: String) -> String {
        guard let start = line.firstIndex(of: "<"), let end = line.firstIndex(of: ">"), start < end else { return "" }
        return String(line[line.index(after: start)..<end])
    }
}
