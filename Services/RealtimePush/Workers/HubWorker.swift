import Metrics
import ServiceLifecycle

/// Keeps the hub tidy and counted, and tells its viewers when the replica stops.
struct HubWorker: Service, CustomStringConvertible {
    let hub: ChannelHub
    let description = "channels"

    func run() async throws {
        let viewers = Gauge(label: "viewers")
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await hub.sweep(at: .now)
                viewers.record(await hub.viewerCount)
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await hub.stop()
    }
}

/// The first of the listeners' parts to stop: ends the streams, so that the listeners can close.
struct HubDrain: Service, CustomStringConvertible {
    let hub: ChannelHub
    let description = "streams"

    func run() async throws {
        try? await gracefulShutdown()
        await hub.drain()
    }
}
