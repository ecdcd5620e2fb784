import Contracts
import HTTP2
import Ticketing
import Wire

/// What changed since a position: one question for all who stand there, a few each second, however many ask.
struct ChangesCache: Sendable {
    private struct Key: Hashable {
        let performance: PerformanceID
        let position: SeatsPosition
    }

    /// How old an answer may be, here and again where it comes from.
    private static let ageMillisecondsMax = 100

    private let actors: ContractActors
    private let questions: SharedQuestions
    private let cache: LookAsideCache<Key, [UInt8]?>

    init(actors: ContractActors, questions: SharedQuestions, staleFor: Duration = .zero) {
        self.actors = actors
        self.questions = questions
        cache = LookAsideCache(
            name: "changes", lifetime: .milliseconds(Self.ageMillisecondsMax), staleFor: staleFor, entriesMax: 512)
    }

    /// The delta, or a snapshot, as a response; 404 for an unknown performance.
    func changes(of performance: PerformanceID, after position: SeatsPosition) async throws -> ServerResponse {
        let key = Key(performance: performance, position: position)
        let kept = try await cache.kept(of: key) { [actors, questions] in
            let question = SeatsQuestion(
                performanceId: performance, after: position, ageMillisecondsMax: Self.ageMillisecondsMax)
            let answer = try await questions.ask { try await actors.seatMap(performance).seats(question) }
            return switch answer {
            case .snapshot(let snapshot): try WireJSON.encode(snapshot)
            case .delta(let delta): try WireJSON.encode(delta)
            case .unknownPerformance: nil
            }
        }
        guard let bytes = kept.value else { throw EdgeRefusal(.notFound) }
        return ServerResponse.json(bytes: bytes).telling(ageOf: kept)
    }
}
