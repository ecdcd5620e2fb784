import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// Events, performances and charts: the same for everybody, so asked for once and kept a little.
struct CatalogueRoutes: Sendable {
    static let pageDefault = 20
    static let pageMax = 100
    /// How long a performance is shown that can't be asked for anew: whether it is on sale must be true.
    static let performanceStaleMax = Duration.seconds(3)

    private static let performanceKey = "performance:"

    private let edge: EdgeRoutes
    private let actors: ContractActors
    private let questions: SharedQuestions
    private let searches: SharedQuestions
    private let chartQuestions: SharedQuestions
    private let answers: LookAsideCache<String, Answer>
    private let charts: LookAsideCache<SeatingChartID, CompressedDocument?>

    init(edge: EdgeRoutes, actors: ContractActors, staleFor: Duration = .zero) {
        self.edge = edge
        self.actors = actors
        questions = SharedQuestions(edge.intake, .browse)
        searches = SharedQuestions(edge.intake, .browse)
        chartQuestions = SharedQuestions(edge.intake, .browse)
        answers = LookAsideCache(name: "catalogue", entriesMax: 4096) { key, answer in
            Self.keptFor(answer, isPerformance: key.hasPrefix(Self.performanceKey), staleFor: staleFor)
        }
        charts = LookAsideCache(name: "charts", lifetime: .seconds(3600), staleFor: staleFor, entriesMax: 128)
    }

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/events", .browse, by: .memory, edge.answering(events))
        routes.on(.get, "/v1/events/{event_id}", .browse, by: .memory, edge.answering(event))
        routes.on(.get, "/v1/performances/{performance_id}", .browse, by: .memory, edge.answering(performance))
        routes.on(.get, "/v1/seating-charts/{chart_id}", .browse, by: .memory, edge.answering(chart))
    }

    /// How long an answer is kept: none outlives the opening of a sale that it tells of.
    static func keptFor(
        _ answer: Answer, isPerformance: Bool, staleFor: Duration, at now: Timestamp = .now
    ) -> KeptFor {
        let usual = KeptFor(
            fresh: .seconds(1), stale: isPerformance ? min(staleFor, performanceStaleMax) : staleFor)
        return Openings(in: answer)?.next(after: now).map { usual.cut(after: $0) } ?? usual
    }

    private func events(_ request: ServerRequest) async throws -> ServerResponse {
        let question = EventListRequest(
            q: try request.text("q", bytesMax: 200), from: try request.time("from"), to: try request.time("to"),
            limit: try request.limit(default: Self.pageDefault, max: Self.pageMax),
            cursor: try request.text("cursor", bytesMax: 256))
        // What people type is not worth keeping; what everybody sees is.
        guard question.q == nil else {
            return .answer(try await searches.ask { try await actors.catalogue("events").events(question) })
        }
        let key = String(decoding: try WireJSON.encode(question), as: UTF8.self)
        return try await answer(key) { actors in try await actors.catalogue("events").events(question) }
    }

    private func event(_ request: ServerRequest) async throws -> ServerResponse {
        let event: EventID = try request.id("event_id")
        return try await answer("event:\(event)") { actors in
            try await actors.catalogue(event.description).event(EventRequest(eventId: event))
        }
    }

    private func performance(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        return try await answer(Self.performanceKey + performance.description) { actors in
            try await actors.catalogue(performance.description)
                .performance(PerformanceRequest(performanceId: performance))
        }
    }

    /// What is kept of a question, or its answer.
    private func answer(
        _ key: String, _ question: @escaping @Sendable (ContractActors) async throws -> Answer
    ) async throws -> ServerResponse {
        let kept = try await answers.kept(of: key) { [actors, questions] in
            try await questions.ask { try await question(actors) }
        }
        return ServerResponse.answer(kept.value).telling(ageOf: kept)
    }

    private func chart(_ request: ServerRequest) async throws -> ServerResponse {
        let chart: SeatingChartID = try request.id("chart_id")
        let document = try await charts.value(of: chart) { [actors, chartQuestions] () -> CompressedDocument? in
            let answer = try await chartQuestions.ask {
                try await actors.catalogue(chart.description).seatingChart(SeatingChartRequest(chartId: chart))
            }
            guard !answer.isProblem, let bytes = answer.body?.bytes else { return nil }
            return try CompressedDocument(bytes: bytes, mediaType: "application/json")
        }
        guard let document else { throw EdgeRefusal(.notFound) }
        return document.response(to: request, cacheControl: "public, max-age=31536000, immutable")
    }
}
