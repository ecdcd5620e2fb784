import ActorTransport
import Contracts
import Wire

/// Asks seat-reservation, at the replica that the performance's map lives at.
struct RemoteSeatLedger: SeatLedger {
    let actors: ContractActors

    func seats(_ question: SeatsQuestion) async throws -> SeatsAnswer {
        do {
            return try await actors.seatMap(question.performanceId).seats(question)
        } catch let failure as CallFailure where failure.code == .unknownActor {
            return .unknownPerformance
        }
    }

    func sections(_ question: SectionsQuestion) async throws -> SectionsAnswer {
        do {
            return try await actors.seatMap(question.performanceId).sections(question)
        } catch let failure as CallFailure where failure.code == .unknownActor {
            return .unknownPerformance
        }
    }
}
