import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import TestSupport
import Testing
import Wire

/// A viewer's side of a stream: the server-sent events as they come, kept in order.
final class EventReader: Sendable {
    /// One event.
    struct Event: Equatable, Sendable {
        let id: String?
        let name: String
        let data: String

        /// The data as a value.
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try WireJSON.decode(type, from: Array(data.utf8))
        }
    }

    private struct State {
        var text = ""
        var isOver = false
    }

    /// The HTTP status that the stream began with.
    let status: Int
    private let state = Mutex(State())
    private let reading = Mutex<Task<Void, Never>?>(nil)

    private init(status: Int) {
        self.status = status
    }

    /// Opens a stream; it is read until `close`.
    static func open(_ request: ClientRequest, at endpoint: Endpoint, by client: HTTPClient) async throws -> EventReader
    {
        let response = try await client.execute(
            request, to: endpoint, deadline: .now + .seconds(20), deadlineCoversBody: false)
        let reader = EventReader(status: response.status.code)
        let task = Task {
            do {
                for try await chunk in response.body {
                    reader.state.withLock { $0.text += String(buffer: chunk) }
                }
            } catch {}
            reader.state.withLock { $0.isOver = true }
        }
        reader.reading.withLock { $0 = task }
        return reader
    }

    /// The events that came whole.
    var events: [Event] {
        let text = state.withLock { $0.text }
        let blocks = text.split(separator: "\n\n", omittingEmptySubsequences: true)
        return blocks.prefix(text.hasSuffix("\n\n") ? blocks.count : max(0, blocks.count - 1)).map { block in
            var fields: [Substring: String] = [:]
            for line in block.split(separator: "\n") {
                let parts = line.split(separator: ": ", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = String(parts[1]) }
            }
            return Event(id: fields["id"], name: fields["event"] ?? "", data: fields["data"] ?? "")
        }
    }

    /// Whether the stream has ended.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// The first events, as soon as there are so many.
    func first(_ count: Int) async throws -> [Event] {
        try await eventually("\(count) events come") { events.count >= count }
        return Array(events.prefix(count))
    }

    /// Goes away.
    func close() {
        reading.withLock { $0?.cancel() }
    }
}
