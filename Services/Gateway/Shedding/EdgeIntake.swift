import ActorTransport
import Contracts
import HTTP2
import HTTPTypes
import Shedding
import Wire

/// What stands in front of every route. Who is refused is refused here, before body, session and log: at a small part
/// of what serving would cost.
struct EdgeIntake: Sendable {
    /// Requests that a loop begins in one round before any of them is refused for being late in it.
    static let roundRequestsMin = 128
    /// So many times as early they are late while more come than can be served.
    static let overloadHaste = 8

    let intake: Intake
    let limits: EdgeLimits
    let proxies: TrustedProxies
    /// How long a service may take to answer, the wait for a place counted.
    let callDeadline: Duration
    /// How long a loop's round may take before it refuses those who browse; the more a request matters, the later.
    let roundMax: Duration

    init(
        intake: Intake, limits: EdgeLimits = EdgeLimits(), proxies: TrustedProxies = TrustedProxies(),
        callDeadline: Duration = .seconds(8), roundMax: Duration = .milliseconds(25)
    ) {
        self.intake = intake
        self.limits = limits
        self.proxies = proxies
        self.callDeadline = callDeadline
        self.roundMax = roundMax
    }

    /// Around a route: refuses, or lets in with the deadline and the priority that travel with every call from there.
    ///
    /// A customer's request that brings nothing to show whose it is matters as much as looking around: without that
    /// anybody could be as important as they like.
    func guarding(_ highest: RequestPriority, _ work: RouteWork, areCustomers: Bool = true) -> Middleware {
        let kind = intake.kind()
        return { request, next in
            let isNobody = areCustomers && highest <= .hold && !Self.isSomebody(request)
            let priority = isNobody ? RequestPriority.browse : highest
            if let refusal = lateness(of: request, priority) { return refusal }
            // Read once for all who ask it; who stands behind the intake sees the request as its client sent it.
            let way = proxies.outermost(of: request)
            if let refusal = excess(of: request, way, priority) { return refusal }
            let request = proxies.unwrapped(request, way)
            switch work {
            case .memory:
                return await CallContext.$current.withValue(context(priority)) { await next(request) }
            case .services:
                // Nobody's body is waited for in vain.
                if isNobody, !request.body.isEmpty, !intake.hasPlace(for: priority),
                    case .refused(_, let seconds) = intake.refuse(.full, priority)
                {
                    return EdgeRefusals.overloaded(retryAfterSeconds: seconds)
                }
                // A place is for a whole request: who sends slowly must not keep one from others.
                let whole = request.body.isEmpty ? request : await request.withBodyRead(upTo: EdgeRoutes.bodyBytesMax)
                if let answer = answer(toBrokenBodyOf: whole) { return answer }
                return await answer(to: whole, of: kind, priority, next)
            }
        }
    }

    /// Asks a service in the name of all who wait for the answer; throws a `CallFailure` where there is no place.
    func asking<Result: Sendable>(
        _ kind: Intake.Kind, _ priority: RequestPriority, _ question: @Sendable () async throws -> Result
    ) async throws -> Result {
        switch await intake.enter(kind, priority, deadline: CallContext.current.deadline) {
        case .refused(let refusal, _): throw CallFailure(.overloaded, detail: "no room here: \(refusal.rawValue)")
        case .entered(let slot):
            do {
                let result = try await IntakeSlot.$current.withValue(slot) { try await question() }
                slot.leave(.served)
                return result
            } catch {
                slot.leave((error as? CallFailure)?.code == .overloaded ? .refusedBehind : .untypical)
                throw error
            }
        }
    }

    // MARK: Helpers

    /// Whether a request names its customer. Whether that is true is found out by those who need to know.
    private static func isSomebody(_ request: ServerRequest) -> Bool {
        let fields = request.headerFields
        return fields.contains(.authorization) || SessionCookie.value(in: fields)?.isEmpty == false
    }

    private func context(_ priority: RequestPriority) -> CallContext {
        CallContext(deadline: .now + callDeadline, priority: priority)
    }

    private nonisolated(nonsending) func answer(
        to request: ServerRequest, of kind: Intake.Kind, _ priority: RequestPriority, _ next: RequestHandler
    ) async -> ServerResponse {
        let context = context(priority)
        switch await intake.enter(kind, priority, deadline: context.deadline) {
        case .refused(_, let seconds): return EdgeRefusals.overloaded(retryAfterSeconds: seconds)
        case .entered(let slot):
            let response = await CallContext.$current.withValue(context) {
                await IntakeSlot.$current.withValue(slot) { await next(request) }
            }
            // What the rules refuse may have been refused from memory.
            let isTypical = response.status.kind == .successful || response.status.kind == .redirection
            slot.leave(isTypical ? .served : .untypical)
            return response
        }
    }

    /// The refusal of what comes too late in its loop's round.
    private func lateness(of request: ServerRequest, _ priority: RequestPriority) -> ServerResponse? {
        guard let round = request.countInRound(), isLate(priority, in: round),
            case .refused(_, let seconds) = intake.refuse(.late, priority)
        else { return nil }
        return EdgeRefusals.overloaded(retryAfterSeconds: seconds)
    }

    /// The refusal of what is one too many from where it comes.
    private func excess(
        of request: ServerRequest, _ way: ForwardedElement?, _ priority: RequestPriority
    ) -> ServerResponse? {
        guard limits.limitsSources, let source = proxies.source(of: request, way),
            let seconds = limits.request(from: source, isSignIn: priority == .signIn)
        else { return nil }
        return EdgeRefusals.rateLimited(retryAfterSeconds: seconds)
    }

    private func isLate(_ priority: RequestPriority, in round: LoopRound) -> Bool {
        guard round.requests >= Self.roundRequestsMin,
            let age = roundAgeMax(for: priority, isOverloaded: intake.isOverloaded)
        else { return false }
        return round.elapsed > age
    }

    /// How old a round may be when a request begins in it; nil where that is the same. A crowd that came at once is worked
    /// off; of one that does not end, who is refused is to hear of it at once.
    func roundAgeMax(for priority: RequestPriority, isOverloaded: Bool) -> Duration? {
        let usual = isOverloaded ? roundMax / Self.overloadHaste : roundMax
        switch priority {
        case .critical: return nil
        case .high: return usual * 4
        case .medium: return usual * 2
        case .low, .lowest: return usual
        }
    }

    /// Who did not send the body to its end gets no place; one that is too large is refused by who reads it.
    private func answer(toBrokenBodyOf request: ServerRequest) -> ServerResponse? {
        guard let failure = request.body.failure else { return nil }
        switch failure as? BodyReadFailure {
        case .tooLarge: return nil
        case .timedOut: return .problem(Problem(.requestTimeout))
        case .disconnected, .readTwice, nil: return .problem(Problem(.malformedRequest))
        }
    }
}
