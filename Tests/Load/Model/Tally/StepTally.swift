/// What came of the requests of one step: kinds of answers are kept apart, and each is timed by itself. Spans are in
/// microseconds from the instant at which the request should have gone out, whether or not it could.
public struct StepTally: Sendable, Equatable {
    /// Requests.
    public private(set) var asked: Int64 = 0
    /// Done.
    public private(set) var accepted = LatencyHistogram()
    /// When the last of those answers came, in nanoseconds of the run; 0 without any.
    public private(set) var lastAcceptedAt: Int64 = 0
    /// Refused by the rules, and why.
    public private(set) var refused = LatencyHistogram()
    public private(set) var refusals: [String: Int64] = [:]
    /// Told to come again, and why.
    public private(set) var shed = LatencyHistogram()
    public private(set) var sheds: [String: Int64] = [:]
    /// Answers that nobody should get, by status.
    public private(set) var strange: [Int: Int64] = [:]
    /// No answer, and why.
    public private(set) var lost: [LoadReply.Loss: Int64] = [:]
    /// Refusals of taken seats, and those of them that offered others.
    public private(set) var taken: Int64 = 0
    public private(set) var takenWithOthers: Int64 = 0
    /// Journeys that asked for it first in this phase; of them, those that had it done in the end, and those whom the
    /// rules refused it at once.
    public var journeysAsked: Int64 = 0
    public var journeysDone: Int64 = 0
    public var journeysRefused: Int64 = 0
    /// All the others, whatever kept it from being done.
    public var journeysFailed: Int64 { journeysAsked - journeysDone - journeysRefused }

    /// Nothing yet.
    public init() {}

    /// Counts a request that goes out.
    public mutating func ask() { asked += 1 }

    /// Counts what came of one, at an instant of the run.
    public mutating func count(_ reply: LoadReply, microseconds: Int64, at instant: Int64) {
        switch reply {
        case .accepted:
            accepted.record(microseconds)
            lastAcceptedAt = max(lastAcceptedAt, instant)
        case .refused(let code, let alternative):
            refused.record(microseconds)
            refusals[code, default: 0] += 1
            guard code == ProblemWord.seatTaken else { return }
            taken += 1
            if alternative != nil { takenWithOthers += 1 }
        case .shed(let code, _):
            shed.record(microseconds)
            sheds[code, default: 0] += 1
        case .strange(let status): strange[status, default: 0] += 1
        case .lost(let loss): lost[loss, default: 0] += 1
        }
    }

    /// Adds another thread's.
    public mutating func merge(_ other: StepTally) {
        asked += other.asked
        accepted.merge(other.accepted)
        lastAcceptedAt = max(lastAcceptedAt, other.lastAcceptedAt)
        refused.merge(other.refused)
        refusals.merge(other.refusals, uniquingKeysWith: +)
        shed.merge(other.shed)
        sheds.merge(other.sheds, uniquingKeysWith: +)
        strange.merge(other.strange, uniquingKeysWith: +)
        lost.merge(other.lost, uniquingKeysWith: +)
        taken += other.taken
        takenWithOthers += other.takenWithOthers
        journeysAsked += other.journeysAsked
        journeysDone += other.journeysDone
        journeysRefused += other.journeysRefused
    }
}
