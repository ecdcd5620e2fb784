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
    private let spell = LateSpell()

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

    /// Asks a service in the name of all who wait for the answer; throws a `CallFailure` where there is no place.
    func asking<Result: Sendable>(
        _ kind: Intake.Kind, _ priority: RequestPriority, _ question: @Sendable () async throws -> Result
    ) async throws -> Result {
        switch await intake.enter(kind, priority, hasKnocked: false, deadline: CallContext.current.deadline) {
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

    // MARK: For guards

    /// Whether a request names its customer. Whether that is true is found out by those who need to know.
    static func isSomebody(_ request: borrowing ArrivingRequest) -> Bool {
        request.contains(.authorization) || request.first(.cookie, SessionMark.isSet)
    }

    static func isSomebody(_ request: ServerRequest) -> Bool {
        let fields = request.headerFields
        return fields.contains(.authorization) || SessionCookie.value(in: fields)?.isEmpty == false
    }

    /// What travels with a request's calls.
    func context(_ priority: RequestPriority) -> CallContext {
        CallContext(deadline: .now + callDeadline, priority: priority)
    }

    /// The refusal of what comes too late in its loop's round.
    func lateness(of request: borrowing ArrivingRequest, _ priority: RequestPriority) -> ReadyResponse? {
        guard let round = request.countInRound(), isLate(priority, in: round),
            case .refused(_, let seconds) = intake.refuse(.late, priority)
        else { return nil }
        return EdgeRefusals.overloaded(retryAfterSeconds: seconds)
    }

    /// The refusal of what is one too many from where it comes.
    func excess(of request: borrowing ArrivingRequest, _ priority: RequestPriority) -> ReadyResponse? {
        guard limits.limitsSources, let source = proxies.source(of: request),
            let seconds = limits.request(from: source, isSignIn: priority == .signIn)
        else { return nil }
        return EdgeRefusals.rateLimited(retryAfterSeconds: seconds)
    }

    // MARK: Helpers

    private func isLate(_ priority: RequestPriority, in round: LoopRound) -> Bool {
        guard round.requests >= Self.roundRequestsMin else { return false }
        let isOverloaded = intake.isOverloaded
        guard let age = roundAgeMax(for: priority, isOverloaded: isOverloaded), round.elapsed > age
        else { return false }
        return isOverloaded || round.elapsed > LateSpell.toleratedMax || !spell.tolerates()
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
}
