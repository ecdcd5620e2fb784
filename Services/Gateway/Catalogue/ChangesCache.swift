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
    private let cache: LookAsideCache<Key, [UInt8]?>

    init(actors: ContractActors) {
        self.actors = actors
        cache = LookAsideCache(name: "changes", lifetime: .milliseconds(Self.ageMillisecondsMax), entriesMax: 512)
    }

    /// The delta, or a snapshot, as a response; 404 for an unknown performance.
    func changes(of performance: PerformanceID, after position: SeatsPosition) async throws -> ServerResponse {
        let bytes = try await cache.value(of: Key(performance: performance, position: position)) { [actors] in
            let question = SeatsQuestion(
                performanceId: performance, after: position, ageMillisecondsMax: Self.ageMillisecondsMax)
            return switch try await actors.seatMap(performance).seats(question) {
            case .snapshot(let snapshot): try WireJSON.encode(snapshot)
            case .delta(let delta): try WireJSON.encode(delta)
            case .unknownPerformance: nil
            }
        }
        guard let bytes else { throw EdgeRefusal(.notFound) }
        return .json(bytes: bytes)
    }
}
