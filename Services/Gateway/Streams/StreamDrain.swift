import ServiceLifecycle

/// The first of the listener's parts to stop: ends the streams, so that the listener can close.
struct StreamDrain: Service, CustomStringConvertible {
    let streams: OpenStreams
    let description = "streams"

    func run() async throws {
        try? await gracefulShutdown()
        streams.drain()
    }
}
