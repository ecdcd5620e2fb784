import Contracts
import HTTP2
import Ticketing
import Wire

/// The maps of performances, at most a second old (DESIGN 9), each encoded once.
struct SnapshotCache: Sendable {
    private let actors: ContractActors
    private let cache: LookAsideCache<PerformanceID, [UInt8]?>

    init(actors: ContractActors) {
        self.actors = actors
        cache = LookAsideCache(name: "snapshots", lifetime: .milliseconds(500), entriesMax: 512)
    }

    /// The snapshot as a response; 404 for an unknown performance.
    func snapshot(of performance: PerformanceID) async throws -> ServerResponse {
        let bytes = try await cache.value(of: performance) { [actors] in
            switch try await actors.seatMap(performance).seats(SeatsQuestion(performanceId: performance)) {
            case .snapshot(let snapshot): try WireJSON.encode(snapshot)
            case .delta, .unknownPerformance: nil
            }
        }
        guard let bytes else { throw EdgeRefusal(.notFound) }
        return .json(bytes: bytes)
    }
}
