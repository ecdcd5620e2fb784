import LedgerStore
import Logging
import Ticketing
import Wire

/// Answers questions about proofs.
struct ProofReader: Sendable {
    let desk: ProofDesk
    let store: ProofStore
    let logger: Logger

    /// A performance's head.
    func head(_ question: ProofHeadRequest, at now: Timestamp, requestID: String?) async throws -> Answer {
        try await answered(requestID) {
            guard let head = try await desk.head(of: question.performanceId, at: now) else {
                return try refusal("Nothing is published of this performance.", requestID)
            }
            return try Answer(head)
        }
    }

    /// The keys.
    func keys() throws -> Answer {
        try Answer(ListResource(items: desk.keys, nextCursor: nil))
    }

    /// A customer's ticket with its proof.
    func proof(_ question: TicketQuestion, at now: Timestamp, requestID: String?) async throws -> Answer {
        try await answered(requestID) {
            guard let ticket = try await store.ticket(question.ticketId, of: question.customerId) else {
                return try refusal("There is no such ticket.", requestID)
            }
            guard let proof = try await desk.proof(of: ticket, at: now) else {
                return try refusal("This ticket has no proof: it was issued before there were any.", requestID)
            }
            return try Answer(proof)
        }
    }

    /// A history that does not hold is for the operator to look at, and for nobody to be shown.
    private func answered(_ requestID: String?, _ work: () async throws -> Answer) async throws -> Answer {
        do {
            return try await work()
        } catch let failure as ProofFailure {
            logger.critical("a history does not hold", metadata: ["failure": "\(failure)"])
            return try Answer(refusal: Problem(.internalError), of: requestID)
        }
    }

    private func refusal(_ detail: String, _ requestID: String?) throws -> Answer {
        try Answer(refusal: Problem(.notFound, detail: detail), of: requestID)
    }
}
