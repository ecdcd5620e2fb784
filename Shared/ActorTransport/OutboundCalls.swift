public import HTTP2
import HTTPTypes
public import Logging
import NIOCore
import Shedding
import Telemetry

/// Carries calls to the replicas of the service that fulfils a contract.
///
/// The first choice for an actor's name is asked first; when it can't be reached, stops or breaks off, the next one is,
/// as long as the directory's budget of retries lasts: this is the one layer that repeats. It is safe for every call:
/// one without an idempotency key reads, or is repeatable by nature. Of those that have no room, two are asked at most.
public struct OutboundCalls: OutboundCalling {
    /// How calls are made.
    public struct Settings: Sendable {
        /// How long a call without a deadline of its own may take.
        public var deadlineDefault: Duration = .seconds(5)
        /// Replicas asked for one call, repetitions counted.
        public var attemptsMax = 4
        /// The wait before the replicas are gone through once more.
        public var pauseBetweenRounds: Duration = .milliseconds(50)
        /// When a replica says after a longer time that it does not know the outcome, that is passed on: another one would
        /// wait for the same as long, and the caller can ask again by the key.
        public var unknownRetriedWithin: Duration = .milliseconds(500)
        /// What the way there and back may take: so much less time is given to the replica than the caller has.
        public var hopMargin: Duration = .milliseconds(10)
        /// Bytes of an answer.
        public var answerBytesMax = 67_108_864

        /// The defaults.
        public init() {}
    }

    private let client: HTTPClient
    private let credential: ServiceCredential
    private let coding: any CallCoding
    private let contentType: HTTPField
    private let directories: [String: ReplicaDirectory]
    private let settings: Settings
    private let hopMarginMicroseconds: Int64
    private let logger: Logger

    /// Calls through a client, by the directory of each contract, in the name of a service.
    public init(
        client: HTTPClient, service: String, keys: ServiceKeys, coding: any CallCoding,
        directories: [String: ReplicaDirectory], settings: Settings = Settings(), logger: Logger
    ) {
        self.client = client
        credential = ServiceCredential(service: service, keys: keys)
        self.coding = coding
        contentType = HTTPField(name: .contentType, value: coding.mediaType)
        self.directories = directories
        self.settings = settings
        let margin = settings.hopMargin.components
        hopMarginMicroseconds = margin.seconds * 1_000_000 + margin.attoseconds / 1_000_000_000_000
        self.logger = logger
    }

    /// The answer's bytes; throws `CallFailure`.
    public nonisolated(nonsending) func call(
        _ address: ActorAddress, method: String, body: [UInt8]
    ) async throws -> [UInt8] {
        guard let directory = directories[address.contract] else {
            throw CallFailure(.fault, detail: "nobody is known to fulfil \(address.contract)")
        }
        let context = CallContext.current
        let deadline = context.deadline ?? .now + settings.deadlineDefault
        var failure = CallFailure(.unreachable, detail: "no replica of \(address.contract) is known")
        var mayHaveBeenDone = false
        var wasOverloaded = false
        var ranking = directory.callBegan(
            for: address.name, meeting: context.isMeeting, skipping: context.skips)[...]
        for attempt in 0..<(ranking.isEmpty ? 0 : settings.attemptsMax) {
            if attempt > 0 {
                if wasOverloaded, ranking.isEmpty { break }
                guard directory.takeRetry() else { break }
                if ranking.isEmpty {
                    try? await Task.sleep(for: settings.pauseBetweenRounds)
                    ranking = self.ranking(of: address, context, in: directory)
                }
            }
            guard !Task.isCancelled, let replica = ranking.popFirst() else { break }
            guard let span = milliseconds(until: deadline) else {
                if attempt == 0 { failure = CallFailure(.expired, detail: "no time is left for a call") }
                break
            }
            let request = request(address, method, body, context, milliseconds: span)
            let askedAt = ContinuousClock.now
            var isTold = false
            switch await ask(replica, request, deadline, in: directory) {
            case .answered(let answer): return answer
            case .refused(let error): (failure, isTold) = (error, true)
            case .unanswered(let error): failure = error
            }
            mayHaveBeenDone = mayHaveBeenDone || failure.code == .outcomeUnknown
            guard failure.code.isWorthAnotherReplica else { break }
            if failure.code == .overloaded {
                // Who has no room is not asked again, and one neighbour is: a crowd must not be asked about many times.
                if wasOverloaded { break }
                wasOverloaded = true
            }
            if isTold, failure.code == .outcomeUnknown, .now > askedAt + settings.unknownRetriedWithin { break }
        }
        throw mayHaveBeenDone ? CallFailure(.outcomeUnknown, detail: failure.detail) : failure
    }

    /// Whom to ask, the first choice in front.
    private func ranking(
        of address: ActorAddress, _ context: CallContext, in directory: ReplicaDirectory
    ) -> ArraySlice<Endpoint> {
        directory.ranking(for: address.name, meeting: context.isMeeting, skipping: context.skips)[...]
    }

    /// Asks one replica, and tells the directory what that showed of it.
    private nonisolated(nonsending) func ask(
        _ replica: Endpoint, _ request: ClientRequest, _ deadline: ContinuousClock.Instant,
        in directory: ReplicaDirectory
    ) async -> AttemptResult {
        directory.attemptBegan(replica)
        switch await reply(of: replica, to: request, deadline) {
        case .answer(let bytes):
            directory.attemptEnded(replica, answered: true)
            return .answered(bytes)
        case .refusal(let failure) where failure.code != .draining:
            directory.attemptEnded(replica, answered: true)
            return .refused(failure)
        case .refusal(let failure):
            directory.attemptEnded(replica, answered: false)
            note(.draining, failure, of: replica, in: directory)
            return .refused(failure)
        case .silence(let failure, let fault):
            directory.attemptEnded(replica, answered: false)
            if let fault { note(fault, failure, of: replica, in: directory) }
            return .unanswered(failure)
        }
    }

    private func note(
        _ fault: ReplicaFault, _ failure: CallFailure, of replica: Endpoint, in directory: ReplicaDirectory
    ) {
        let rest = directory.failed(replica, fault)
        logger.log(
            level: rest == nil ? .debug : .info, rest == nil ? "a replica failed" : "a replica failed and rests",
            metadata: [
                "replica": "\(replica)", "failure": "\(failure)", "rest": "\(rest.map { "\($0)" } ?? "none")",
            ])
    }

    private func request(
        _ address: ActorAddress, _ method: String, _ body: [UInt8], _ context: CallContext, milliseconds: Int64
    ) -> ClientRequest {
        // An array of fields that are ready as far as they can be: each field that is made is looked at byte for byte.
        var fields: [HTTPField] = []
        fields.reserveCapacity(8)
        fields.append(contentType)
        fields.append(credential.field())
        fields.append(HTTPField(name: CallHeaders.deadline, value: String(milliseconds)))
        fields.append(CallHeaders.field(of: context.priority))
        if let key = context.idempotencyKey {
            fields.append(HTTPField(name: CallHeaders.idempotencyKey, value: key))
        }
        if let trace = TraceContext.current {
            fields.append(HTTPField(name: CallHeaders.traceParent, value: trace.child().traceparent))
        }
        if let id = RequestID.current {
            fields.append(HTTPField(name: CallHeaders.requestID, value: id.description))
        }
        let path = "/actors/\(address.contract)/\(address.name)/\(method)"
        return ClientRequest(method: .post, path: path, fields: fields, body: ByteBuffer(bytes: body))
    }

    /// What the replica gets of the time that is left, in whole milliseconds: less than the caller has, by the way's
    /// share or a tenth; nil when that is nothing.
    private func milliseconds(until deadline: ContinuousClock.Instant) -> Int64? {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
        // In whole microseconds, since to divide one span by another takes a microsecond. Ten years are far enough.
        let left = min(seconds, 315_360_000) * 1_000_000 + attoseconds / 1_000_000_000_000
        let given = (left - min(hopMarginMicroseconds, left / 10)) / 1_000
        return given > 0 ? min(given, InboundCalls.deadlineMillisecondsMax) : nil
    }

    private nonisolated(nonsending) func reply(
        of replica: Endpoint, to request: ClientRequest, _ deadline: ContinuousClock.Instant
    ) async -> Reply {
        let status: HTTPResponse.Status
        let body: [UInt8]
        do {
            let answer = try await client.ask(
                request, of: replica, deadline: deadline, bytesMax: settings.answerBytesMax)
            status = answer.status
            body = answer.body
        } catch let failure as HTTPClientFailure {
            let code = failure.isOutcomeUnknown ? CallFailure.Code.outcomeUnknown : .unreachable
            return .silence(CallFailure(code, detail: "\(replica): \(failure)"), ReplicaFault(failure))
        } catch BodyReadFailure.tooLarge {
            return .refusal(CallFailure(.malformed, detail: "\(replica) answered with too many bytes"))
        } catch {
            return .silence(CallFailure(.outcomeUnknown, detail: "\(replica): \(error)"), .brokeOff)
        }
        if status == .ok { return .answer(body) }
        if let failure = try? coding.decode(CallFailure.self, from: body) { return .refusal(failure) }
        let detail = "\(replica): \(status.code)"
        return status.kind == .serverError
            ? .silence(CallFailure(.outcomeUnknown, detail: detail), .brokeOff)
            : .refusal(CallFailure(.fault, detail: detail))
    }
}

/// What one attempt came to.
private enum AttemptResult {
    case answered([UInt8])
    /// The replica said that it did not, or does not know.
    case refused(CallFailure)
    /// Nothing came from it.
    case unanswered(CallFailure)
}

/// What came of asking one replica.
private enum Reply {
    case answer([UInt8])
    /// The replica answered that it did not.
    case refusal(CallFailure)
    /// No answer of the replica's own, and what that says of it.
    case silence(CallFailure, ReplicaFault?)
}
