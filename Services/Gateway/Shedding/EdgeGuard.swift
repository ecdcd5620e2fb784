import ActorTransport
import Contracts
import HTTP2
import HTTPTypes
import Shedding
import Wire

/// What stands in front of one route: who is refused there, and what lets the others in.
///
/// At the doorstep a request has nothing but its head. All that can be said then is said then, at a small part of what
/// serving would cost; what is left has to wait for its body, or for a place.
struct EdgeGuard: Sendable {
    let edge: EdgeIntake
    /// How much the route's requests matter.
    let highest: RequestPriority
    let work: RouteWork
    /// Others come without a session.
    let areCustomers: Bool
    private let kind: Intake.Kind

    init(_ edge: EdgeIntake, _ highest: RequestPriority, _ work: RouteWork, areCustomers: Bool = true) {
        self.edge = edge
        self.highest = highest
        self.work = work
        self.areCustomers = areCustomers
        kind = edge.intake.kind()
    }

    /// Refuses who comes too late or too often, or would wait for a place in vain.
    var doorstep: Doorstep {
        { request in
            let priority = areCustomers ? self.priority(EdgeIntake.isSomebody(request)) : highest
            if let refusal = edge.lateness(of: request, priority) { return refusal }
            if let refusal = edge.excess(of: request, priority) { return refusal }
            switch work {
            case .memory: return nil
            case .services:
                // Nobody's body is waited for in vain.
                let mustEnter = priority != highest && request.hasBody
                return edge.intake.knock(kind, priority, mustEnter: mustEnter).map(EdgeRefusals.overloaded)
            }
        }
    }

    /// Lets in with the deadline and the priority that travel with every call from there.
    var middleware: Middleware {
        { request, next in
            let priority = areCustomers ? self.priority(EdgeIntake.isSomebody(request)) : highest
            // Who stands behind the intake sees the request as its client sent it.
            let request = edge.proxies.unwrapped(request)
            switch work {
            case .memory:
                return await CallContext.$current.withValue(edge.context(priority)) { await next(request) }
            case .services:
                // A place is for a whole request: who sends slowly must not keep one from others.
                let whole = request.body.isEmpty ? request : await request.withBodyRead(upTo: EdgeRoutes.bodyBytesMax)
                if let answer = answer(toBrokenBodyOf: whole) { return answer }
                return await answer(to: whole, priority, next)
            }
        }
    }

    // MARK: Helpers

    /// A customer's request that brings nothing to show whose it is matters as much as looking around: without that
    /// anybody could be as important as they like.
    private func priority(_ isSomebody: Bool) -> RequestPriority {
        highest <= .hold && !isSomebody ? .browse : highest
    }

    private nonisolated(nonsending) func answer(
        to request: ServerRequest, _ priority: RequestPriority, _ next: RequestHandler
    ) async -> ServerResponse {
        let context = edge.context(priority)
        switch await edge.intake.enter(kind, priority, deadline: context.deadline) {
        case .refused(_, let seconds): return EdgeRefusals.overloaded(retryAfterSeconds: seconds).response
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
