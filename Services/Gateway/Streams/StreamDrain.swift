import ServiceLifecycle

/// The first of the listener's parts to stop: ends the streams, so that the listener can close.
struct StreamDrain: Service, CustomStringConvertible {
    let streams: OpenStreams
    /// Over how long the ends are spread.
    let window: Duration
    let description = "streams"

    func run() async throws {
        try? await gracefulShutdown()
        await streams.drain(over: window)
    }
}
