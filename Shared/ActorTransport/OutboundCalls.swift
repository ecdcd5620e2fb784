public import HTTP2
import HTTPTypes
public import Logging
import NIOCore
import Telemetry

/// Carries calls to the replicas of the service that fulfils a contract.
///
/// The first choice for an actor's name is asked first; when it can't be reached, stops or breaks off, the next one is.
/// That is safe for every call: one without an idempotency key reads, or is repeatable by nature.
public struct OutboundCalls: OutboundCalling {
    /// How calls are made.
    public struct Settings: Sendable {
        /// How long a call without a deadline of its own may take.
        public var deadlineDefault: Duration = .seconds(5)
        /// Replicas asked for one call, repetitions counted.
        public var attemptsMax = 4
        /// The wait before the replicas are gone through once more.
        public var pauseBetweenRounds: Duration = .milliseconds(50)
        /// Bytes of an answer.
        public var answerBytesMax = 67_108_864

        /// The defaults.
        public init() {}
    }

    private let client: HTTPClient
    private let credential: ServiceCredential
    private let coding: any CallCoding
    private let directories: [String: ReplicaDirectory]
    private let settings: Settings
    private let logger: Logger

    /// Calls through a client, by the directory of each contract, in the name of a service.
    public init(
        client: HTTPClient, service: String, keys: ServiceKeys, coding: any CallCoding,
        directories: [String: ReplicaDirectory], settings: Settings = Settings(), logger: Logger
    ) {
        self.client = client
        credential = ServiceCredential(service: service, keys: keys)
        self.coding = coding
        self.directories = directories
        self.settings = settings
        self.logger = logger
    }

    /// The answer's bytes; throws `CallFailure`.
    public func call(_ address: ActorAddress, method: String, body: [UInt8]) async throws -> [UInt8] {
        guard let directory = directories[address.contract] else {
            throw CallFailure(.fault, detail: "nobody is known to fulfil \(address.contract)")
        }
        let context = CallContext.current
        let deadline = context.deadline ?? .now + settings.deadlineDefault
        var failure = CallFailure(.unreachable, detail: "no replica of \(address.contract) is known")
        var mayHaveBeenDone = false
        let ranking = directory.ranking(for: address.name)
        for attempt in 0..<(ranking.isEmpty ? 0 : settings.attemptsMax) {
            if attempt > 0, attempt % ranking.count == 0 {
                try? await Task.sleep(for: settings.pauseBetweenRounds)
            }
            if Task.isCancelled || deadline <= .now { break }
            let replica = ranking[attempt % ranking.count]
            do {
                let answer = try await ask(
                    replica, request(address, method, body, key: context.idempotencyKey, deadline), deadline)
                directory.answered(replica)
                return answer
            } catch let error as CallFailure {
                failure = error
                mayHaveBeenDone = mayHaveBeenDone || error.code == .outcomeUnknown
                guard error.code.isWorthAnotherReplica else { break }
                directory.failed(replica)
                logger.debug("a replica failed", metadata: ["replica": "\(replica)", "failure": "\(error)"])
            }
        }
        throw mayHaveBeenDone ? CallFailure(.outcomeUnknown, detail: failure.detail) : failure
    }

    private func request(
        _ address: ActorAddress, _ method: String, _ body: [UInt8], key: String?, _ deadline: ContinuousClock.Instant
    ) -> ClientRequest {
        var fields: HTTPFields = [
            .contentType: coding.mediaType,
            CallHeaders.credential: credential.current(),
            CallHeaders.deadline: String(Self.milliseconds(until: deadline)),
        ]
        if let key { fields[CallHeaders.idempotencyKey] = key }
        if let trace = TraceContext.current { fields[CallHeaders.traceParent] = trace.child().traceparent }
        if let id = RequestID.current { fields[CallHeaders.requestID] = id.description }
        let path = "/actors/\(address.contract)/\(address.name)/\(method)"
        return ClientRequest(method: .post, path: path, headerFields: fields, body: ByteBuffer(bytes: body))
    }

    /// Whole ones, from 1 to what a receiver believes.
    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int64 {
        let left = (deadline - .now) / .milliseconds(1)
        return Int64(max(1, min(left, Double(InboundCalls.deadlineMillisecondsMax))))
    }

    private func ask(
        _ replica: Endpoint, _ request: ClientRequest, _ deadline: ContinuousClock.Instant
    ) async throws -> [UInt8] {
        let status: HTTPResponse.Status
        let body: [UInt8]
        do {
            let response = try await client.execute(request, to: replica, deadline: deadline)
            status = response.status
            body = Array(try await response.body.collect(upTo: settings.answerBytesMax).readableBytesView)
        } catch let failure as HTTPClientFailure {
            throw CallFailure(
                failure.isOutcomeUnknown ? .outcomeUnknown : .unreachable, detail: "\(replica): \(failure)")
        } catch BodyReadFailure.tooLarge {
            throw CallFailure(.malformed, detail: "\(replica) answered with too many bytes")
        } catch {
            throw CallFailure(.outcomeUnknown, detail: "\(replica): \(error)")
        }
        if status == .ok { return body }
        if let failure = try? coding.decode(CallFailure.self, from: body) { throw failure }
        throw CallFailure(status.kind == .serverError ? .outcomeUnknown : .fault, detail: "\(replica): \(status.code)")
    }
}
