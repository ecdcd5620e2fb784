import HTTP2
import Wire

/// Passes realtime-push's streams on to viewers.
struct StreamRelay: Sendable {
    /// Streams that this gateway opens anew in a second when a replica's are lost: they come back one after the other.
    static let resumptionsPerSecond = 2_000
    /// How long another replica is looked for.
    static let resumingMax: Duration = .seconds(8)

    let push: PushStreams
    let open: OpenStreams

    /// A viewer's stream, from a position or from the start; throws an ``EdgeRefusal`` where there is none.
    func response(
        with stream: SeatStream, after position: SeatsPosition?, by wire: StreamWire
    ) async throws -> ServerResponse {
        let first = try await push.open(stream, after: position)
        return wire.response(
            .source { waker in
                RelayedStream(of: stream, after: position, beginning: first, by: wire, waker: waker, relay: self)
            })
    }

    /// A stream from where it was lost; nil when no replica takes it in time, or when the task is cancelled.
    func resumed(_ stream: SeatStream, after position: SeatsPosition?) async -> ClientResponseBody? {
        let deadline = ContinuousClock.now + Self.resumingMax
        // All of a lost replica's viewers are here at once.
        var pause = Duration.milliseconds(Int.random(in: 0...open.count * 1_000 / Self.resumptionsPerSecond))
        while ContinuousClock.now < deadline {
            try? await Task.sleep(for: pause)
            guard !Task.isCancelled else { return nil }
            if let body = try? await push.open(stream, after: position) { return body }
            pause = .milliseconds(Int.random(in: 200...1_000))
        }
        return nil
    }
}
