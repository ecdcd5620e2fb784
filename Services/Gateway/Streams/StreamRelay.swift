import HTTP2
import Metrics
import NIOCore
import Wire

/// Passes realtime-push's streams on to viewers.
///
/// A stream that breaks off or drains goes on at another replica from the last message that was passed on; its viewer
/// notices nothing but a pause.
struct StreamRelay: Sendable {
    /// Streams that this gateway opens anew in a second when a replica's are lost: they come back one after the other.
    static let resumptionsPerSecond = 2_000
    /// How long another replica is looked for.
    static let resumingMax: Duration = .seconds(8)

    private static let resumed = Counter(label: "streams_resumed_total")
    private static let slow = Counter(label: "viewers_closed_total", dimensions: [("reason", "slow")])
    private static let moved = Counter(label: "viewers_closed_total", dimensions: [("reason", "moved")])
    private static let draining = Counter(label: "viewers_closed_total", dimensions: [("reason", "draining")])

    let push: PushStreams
    let open: OpenStreams

    /// A viewer's stream, from a position or from the start; throws an ``EdgeRefusal`` where there is none.
    func response(
        with stream: SeatStream, after position: SeatsPosition?, by wire: StreamWire
    ) async throws -> ServerResponse {
        let first = try await push.open(stream, after: position)
        return wire.response(
            .stream { writer in
                let viewer = OpenStream()
                open.add(viewer)
                defer { open.remove(viewer) }
                do {
                    let closing = try await pass(first, of: stream, after: position, to: viewer, by: wire, writer)
                    for words in try wire.farewell(closing) { try await writer.write(words) }
                } catch ResponseWriteFailure.stalled {
                    Self.slow.increment()
                    // One more write is taken: the one that tells that it is over.
                    if let words = try wire.farewell(.slow).last { try await writer.write(words) }
                } catch is CancellationError {
                    // The viewer went away.
                }
            })
    }

    /// Passes messages on, from one replica after the other, until there is a reason to close.
    private func pass(
        _ first: ClientResponseBody, of stream: SeatStream, after start: SeatsPosition?, to viewer: OpenStream,
        by wire: StreamWire, _ writer: ResponseBodyWriter
    ) async throws -> StreamClosing {
        var body = first
        var position = start
        while true {
            viewer.waits { [body] in body.cancel() }
            try await pass(body, &position, by: wire, writer)
            guard let next = try await resume(stream, after: position, for: viewer) else {
                (viewer.isLeaving ? Self.draining : Self.moved).increment()
                return viewer.isLeaving ? .draining : .moved
            }
            Self.resumed.increment()
            body = next
        }
    }

    /// Passes on what a replica says until it closes the stream or the stream is lost.
    private func pass(
        _ body: ClientResponseBody, _ position: inout SeatsPosition?, by wire: StreamWire, _ writer: ResponseBodyWriter
    ) async throws {
        var frames = StreamFrameReader()
        do {
            for try await chunk in body {
                guard frames.append(chunk) else { return }
                while let frame = frames.next() {
                    // The replica's farewell is no viewer's business.
                    guard frame.event != "closing" else { return }
                    try await writer.write(wire.bytes(of: frame))
                    position = frame.position ?? position
                }
            }
        } catch is HTTPClientFailure {
            try Task.checkCancellation()
        }
    }

    /// The stream from where it was lost; nil when it is to end, or when no replica takes it.
    private func resume(
        _ stream: SeatStream, after position: SeatsPosition?, for viewer: OpenStream
    ) async throws -> ClientResponseBody? {
        let deadline = ContinuousClock.now + Self.resumingMax
        // All of a lost replica's viewers are here at once.
        var pause = Duration.milliseconds(Int.random(in: 0...open.count * 1_000 / Self.resumptionsPerSecond))
        while ContinuousClock.now < deadline {
            let sleep = Task { [pause] in
                try? await Task.sleep(for: pause)
            }
            viewer.waits { sleep.cancel() }
            await withTaskCancellationHandler {
                await sleep.value
            } onCancel: {
                sleep.cancel()
            }
            try Task.checkCancellation()
            guard !viewer.isLeaving else { return nil }
            if let body = try? await push.open(stream, after: position) { return body }
            pause = .milliseconds(Int.random(in: 200...1_000))
        }
        return nil
    }
}
