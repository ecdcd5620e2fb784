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
    /// How often it is looked whether all have the same map.
    private static let looksMax = 30

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
                    sold: arrival.changes.filter { $0.state == .sold }.map(\.seatIndex),
                    firstAt: arrival.firstAt, lateness: arrival.lateness)
            }
        }
    }

    /// Lets them go, and tells how they fared.
    public func end() async -> LoadReport.Viewers {
        // While a delta is on its way to thousands their maps differ.
        var different = await differing()
        for _ in 0..<Self.looksMax where different > 0 {
            try? await Task.sleep(for: .milliseconds(100))
            different = await differing()
        }
        let status = await crowd.ask { $0.currentStatus() }
        await crowd.stop()
        return LoadReport.Viewers(
            count: count, open: status.open, deliveries: status.deliveries, broken: status.broken, gaps: status.gaps,
            forks: status.forks, different: different)
    }

    /// Viewers who have another map than most.
    private func differing() async -> Int {
        let viewers = await crowd.ask { $0.currentMaps().map(\.viewers) }
        return viewers.reduce(0, +) - (viewers.max() ?? 0)
    }
}
