import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Sessions
import Ticketing
import Wire

/// Organizers' statements: the sums as JSON, or a file with a line for each ticket.
struct StatementRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/organizer/performances/{performance_id}/statement", .place, edge.answering(statement))
    }

    private func statement(_ request: ServerRequest) async throws -> ServerResponse {
        let organizer = try await edge.sessions.organizer(of: request)
        let question = PerformanceSalesRequest(
            performanceId: try request.id("performance_id"), organizerId: organizer.customerID,
            isAdmin: organizer.role == .admin)
        switch try request.text("format", bytesMax: 16) ?? "json" {
        case "json":
            return .answer(try await actors.payments(question.performanceId.description).statement(question))
        case "csv": return try await file(question)
        default:
            return .problem(
                Problem(.invalidRequest, detail: "A statement is csv or json.").with {
                    $0.fields = [FieldProblem(path: "format", code: "unknown")]
                })
        }
    }

    /// The first page tells whether there is a file at all; the others are asked for as the receiver takes them, by the
    /// same instant.
    private func file(_ question: PerformanceSalesRequest) async throws -> ServerResponse {
        let payments = try actors.payments(question.performanceId.description)
        let answer = try await payments.statementPage(StatementPageRequest(sales: question))
        guard !answer.isProblem, let first = try answer.body?.decode(StatementPageResource.self) else {
            return .answer(answer)
        }
        let name = "statement-\(question.performanceId).csv"
        return ServerResponse(
            status: .ok,
            headerFields: [
                .contentType: "text/csv; charset=utf-8; header=present",
                .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "private, no-store",
            ],
            body: .stream { writer in
                var page = first
                try await writer.write(page.csv)
                while let cursor = page.nextCursor {
                    let answer = try await payments.statementPage(
                        StatementPageRequest(sales: question, asOf: first.asOf, cursor: cursor))
                    guard !answer.isProblem, let next = try answer.body?.decode(StatementPageResource.self) else {
                        throw StatementCutShort()
                    }
                    page = next
                    try await writer.write(page.csv)
                }
            })
    }

    /// The rest of a file could not be had: the stream ends as one that failed, not as one that is whole.
    private struct StatementCutShort: Error {}
}
