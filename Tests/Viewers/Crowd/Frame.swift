import Ticketing
import Wire

/// What one frame says; read once, however many viewers it is sent to.
enum FrameContent {
    case snapshot(SeatSnapshot)
    case delta(SeatDelta)
    case heartbeat
    case closing(StreamClosing)
    /// Neither of ours nor nothing: another server's message.
    case message
    /// A comment.
    case silence
    case malformed

    /// Reads a server-sent event, or a WebSocket's text, whose members tell the event.
    init(_ bytes: some Collection<UInt8>) {
        guard bytes.first != UInt8(ascii: "{") else {
            let name = (try? WireJSON.decode(EventName.self, from: bytes))?.event
            self = Self.read(name, bytes)
            return
        }
        var name: String?
        var payload: Array<UInt8>.SubSequence?
        for line in Array(bytes).split(separator: UInt8(ascii: "\n")) {
            if let value = Self.value(of: "event: ", in: line) { name = String(decoding: value, as: UTF8.self) }
            if let value = Self.value(of: "data: ", in: line) { payload = value }
        }
        guard let payload else {
            self = .silence
            return
        }
        self = Self.read(name, payload)
    }

    private struct EventName: Decodable {
        let event: String?
    }

    private static func read(_ name: String?, _ payload: some Collection<UInt8>) -> FrameContent {
        switch name {
        case "snapshot": (try? WireJSON.decode(SeatSnapshot.self, from: payload)).map { .snapshot($0) } ?? .malformed
        case "delta": (try? WireJSON.decode(SeatDelta.self, from: payload)).map { .delta($0) } ?? .malformed
        case "closing": (try? WireJSON.decode(StreamClosing.self, from: payload)).map { .closing($0) } ?? .malformed
        case "heartbeat": .heartbeat
        case nil: .message
        default: .malformed
        }
    }

    private static func value(
        of field: String, in line: Array<UInt8>.SubSequence
    ) -> Array<UInt8>.SubSequence? {
        line.starts(with: field.utf8) ? line.dropFirst(field.utf8.count) : nil
    }
}

/// A frame, and when it came to whom.
struct Frame {
    let content: FrameContent
    /// Its bytes; dropped when many newer ones came, and then it is read again should it come once more.
    var bytes: [UInt8]
    /// When the first viewer had it, in nanoseconds since 1970.
    let firstAt: Int64
    /// When the last had it.
    var lastAt: Int64
    /// How many had it.
    var receipts = 0
    /// How many had it so many milliseconds after the first.
    var lateness: [Int] = []

    static let latenessMillisecondsMax = 60_000

    mutating func count(at now: Int64) {
        receipts += 1
        lastAt = max(lastAt, now)
        let milliseconds = min(max(0, Int((now - firstAt) / Span.millisecond)), Self.latenessMillisecondsMax)
        if milliseconds >= lateness.count {
            lateness += [Int](repeating: 0, count: milliseconds + 1 - lateness.count)
        }
        lateness[milliseconds] += 1
    }
}
