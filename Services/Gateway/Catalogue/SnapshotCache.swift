import Contracts
import HTTP2
import Ticketing
import Wire

/// The maps of performances, at most a second old (DESIGN 9) while they can be had, each encoded once.
struct SnapshotCache: Sendable {
    private let actors: ContractActors
    private let questions: SharedQuestions
    private let cache: LookAsideCache<PerformanceID, [UInt8]?>

    init(actors: ContractActors, questions: SharedQuestions, staleFor: Duration = .zero) {
        self.actors = actors
        self.questions = questions
        cache = LookAsideCache(
            name: "snapshots", lifetime: .milliseconds(500), staleFor: staleFor, entriesMax: 512)
    }

    /// The snapshot as a response; 404 for an unknown performance.
    func snapshot(of performance: PerformanceID) async throws -> ServerResponse {
        let kept = try await cache.kept(of: performance) { [actors, questions] in
            let answer = try await questions.ask {
                try await actors.seatMap(performance).seats(SeatsQuestion(performanceId: performance))
            }
            return switch answer {
            case .snapshot(let snapshot): try WireJSON.encode(snapshot)
            case .delta, .unknownPerformance: nil
            }
        }
        guard let bytes = kept.value else { throw EdgeRefusal(.notFound) }
        return ServerResponse.json(bytes: bytes).telling(ageOf: kept)
    }
}
