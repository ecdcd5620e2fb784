public import LoadModel
public import Ticketing
public import ViewerCrowd
import Wire

/// Viewers who watch the map all the time, and how late they see what is held.
public struct MapWatch: Sendable {
    private let crowd: CrowdThread
    private let count: Int

    /// A delta counts when so much time has gone by: then whoever reads has it.
    private static let settledSeconds: Int64 = 2

    /// Lets viewers come, as streams of HTTP/2 connections.
    public init(count: Int, of performance: PerformanceID, at address: CrowdAddress, sources: Int) {
        var settings = CrowdSettings(addresses: [address], path: "/v1/performances/\(performance)/seats/stream")
        settings.transport = .http2
        settings.viewers = count
        // A gateway allows a client of its own so many.
        settings.streamsPerConnection = 100
        settings.sources = sources
        crowd = CrowdThread(settings)
        self.count = count
    }

    /// How many have a map.
    public func watching() async -> Int { await crowd.ask { $0.currentStatus().withMap } }

    /// Deltas that came since this was asked last.
    public func newArrivals() async -> [MapLagBook.Arrival] {
        await crowd.ask { crowd in
            crowd.newArrivals(olderThanSeconds: Self.settledSeconds).map { arrival in
                MapLagBook.Arrival(
                    held: arrival.changes.filter { $0.state == .held }.map(\.seatIndex),
                    freed: arrival.changes.filter { $0.state == .available }.map(\.seatIndex),
                    firstAt: arrival.firstAt, lateness: arrival.lateness)
            }
        }
    }

    /// Lets them go, and tells how they fared.
    public func end() async -> LoadReport.Viewers {
        let status = await crowd.ask { $0.currentStatus() }
        await crowd.stop()
        return LoadReport.Viewers(
            count: count, open: status.open, deliveries: status.deliveries, broken: status.broken, gaps: status.gaps,
            forks: status.forks)
    }
}
