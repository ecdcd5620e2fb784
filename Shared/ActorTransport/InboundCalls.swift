public import HTTP2
import HTTPTypes
public import Logging
import NIOCore
public import Shedding
import Telemetry

/// Receives calls: `POST /actors/{contract}/{id}/{method}`, each with the credential of a service.
public struct InboundCalls: Sendable {
    private typealias Call = @Sendable (String, String, [UInt8]) async throws -> [UInt8]

    private struct Hosted: Sendable {
        let call: Call
        /// What the intake tells apart; none without an intake.
        let kinds: [String: Intake.Kind]
    }

    /// Bytes of one call's argument.
    public static let bodyBytesMax = 4_194_304
    /// How long a call without a deadline may take.
    public static let deadlineMillisecondsDefault: Int64 = 10_000
    /// The longest that a call may take, whatever its caller says.
    public static let deadlineMillisecondsMax: Int64 = 600_000

    private let coding: any CallCoding
    /// Of every answer.
    private let headerFields: HTTPFields
    private let credential: ServiceCredential
    private let intake: Intake?
    private let logger: Logger
    private var contracts: [String: Hosted] = [:]

    /// Nobody is hosted yet. `intake` says how many calls are worked on at once; all that come without one.
    public init(coding: any CallCoding, keys: ServiceKeys, intake: Intake? = nil, logger: Logger) {
        self.coding = coding
        headerFields = [.contentType: coding.mediaType]
        credential = ServiceCredential(service: "", keys: keys)
        self.intake = intake
        self.logger = logger
    }

    /// Hosts a contract: the actor for a name is found or made by the closure; nil means that there is none.
    public mutating func host<Receiver>(
        _ routes: CallRoutes<Receiver>, actor find: @escaping @Sendable (_ name: String) async throws -> Receiver?
    ) {
        precondition(contracts[routes.contract] == nil, "\(routes.contract) is hosted twice")
        var kinds: [String: Intake.Kind] = [:]
        for method in routes.methods { kinds[method] = intake?.kind() }
        contracts[routes.contract] = Hosted(
            call: { [coding] name, method, body in
                guard let call = routes.calls[method] else {
                    throw CallFailure(.unknownRoute, detail: "\(routes.contract) has no method \(method)")
                }
                guard let receiver = try await find(name) else {
                    throw CallFailure(.unknownActor, detail: "\(routes.contract) has no actor of this name")
                }
                return try await call(receiver, body, coding)
            }, kinds: kinds)
    }

    /// Adds the routes of all calls: one for each method, so that who is refused is refused at the doorstep, and one for
    /// what nobody hosts.
    public func register(in table: inout RouteTable) {
        let refusals = CallRefusals(coding: coding)
        for (contract, hosted) in contracts {
            for (method, kind) in hosted.kinds {
                table.on(
                    .post, "/actors/\(contract)/{id}/\(method)", behind: doorstep(kind, refusals)
                ) { request in await answer(request, contract, method) }
            }
        }
        table.on(.post, "/actors/{contract}/{id}/{method}") { request in
            await answer(request, request.pathParameters["contract"] ?? "", request.pathParameters["method"] ?? "")
        }
    }

    /// Refuses a call that comes too late, or would wait for a place in vain, before anything is made of it. Who may not
    /// call at all is told so by who reads the call.
    private func doorstep(_ kind: Intake.Kind, _ refusals: CallRefusals) -> Doorstep? {
        guard let intake else { return nil }
        return { [credential] request in
            guard let proof = request.value(of: CallHeaders.credential), credential.isValid(proof) else { return nil }
            let priority = Self.priority(request.value(of: CallHeaders.priority))
            if let text = request.value(of: CallHeaders.deadline), let milliseconds = Int64(text), milliseconds <= 0 {
                _ = intake.refuse(.expired, priority)
                return refusals.expired
            }
            return intake.knock(kind, priority).map(refusals.overloaded)
        }
    }

    private static func priority(_ word: String?) -> RequestPriority {
        word.flatMap { RequestPriority(rawValue: $0) } ?? .medium
    }

    private nonisolated(nonsending) func answer(
        _ request: ServerRequest, _ contract: String, _ method: String
    ) async -> ServerResponse {
        do {
            return response(status: .ok, body: try await receive(request, contract, method))
        } catch let failure as CallFailure {
            return response(to: failure, request)
        } catch is CancellationError {
            return response(to: CallFailure(.outcomeUnknown, detail: "cancelled"), request)
        } catch BodyReadFailure.tooLarge {
            return response(to: CallFailure(.malformed, detail: "the body is too large"), request)
        } catch {
            return response(to: CallFailure(.fault, detail: "\(error)"), request)
        }
    }

    private nonisolated(nonsending) func receive(
        _ request: ServerRequest, _ contract: String, _ method: String
    ) async throws -> [UInt8] {
        let fields = CallFields(request.headerFields)
        guard let proof = fields.credential, credential.isValid(proof) else {
            throw CallFailure(.unauthorized, detail: "a service's credential is needed")
        }
        guard let contract = contracts[contract] else {
            throw CallFailure(.unknownRoute, detail: "no such contract here")
        }
        let milliseconds = fields.deadline.flatMap { Int64($0) } ?? Self.deadlineMillisecondsDefault
        let deadline = ContinuousClock.now + .milliseconds(max(0, min(milliseconds, Self.deadlineMillisecondsMax)))
        let context = CallContext(
            deadline: deadline, idempotencyKey: fields.idempotencyKey,
            priority: Self.priority(fields.priority))
        let name = request.pathParameters["id"] ?? ""
        // A call takes a place when there is all of it: a caller that sends slowly must not keep one from others.
        let body = try await request.body.collect(upTo: Self.bodyBytesMax).withUnsafeReadableBytes { Array($0) }
        let slot = try await enter(contract.kinds[method], context)
        do {
            let answer = try await RequestScope.run(
                traceparent: fields.traceParent, requestID: fields.requestID
            ) {
                try await CallContext.$current.withValue(context) {
                    try await IntakeSlot.$current.withValue(slot) { try await contract.call(name, method, body) }
                }
            }
            slot?.leave(.served)
            return answer
        } catch {
            slot?.leave((error as? CallFailure)?.code == .overloaded ? .refusedBehind : .untypical)
            throw error
        }
    }

    /// A place for a call, nil where none is needed; who has none, or comes too late, is told so before anything is read.
    private nonisolated(nonsending) func enter(
        _ kind: Intake.Kind?, _ context: CallContext
    ) async throws -> IntakeSlot? {
        // Nobody would hear of what is begun now.
        if let deadline = context.deadline, .now >= deadline {
            _ = intake?.refuse(.expired, context.priority)
            throw CallFailure(.expired, detail: "the caller has stopped waiting")
        }
        guard let intake, let kind else { return nil }
        switch await intake.enter(kind, context.priority, deadline: context.deadline) {
        case .entered(let slot): return slot
        case .refused(.expired, _): throw CallFailure(.expired, detail: "the caller has stopped waiting")
        case .refused(let refusal, _): throw CallFailure(.overloaded, detail: "no room here: \(refusal.rawValue)")
        }
    }

    private func response(status: HTTPResponse.Status, body: [UInt8]) -> ServerResponse {
        ServerResponse(
            status: status, headerFields: headerFields, body: .bytes(ByteBuffer(bytes: body)))
    }

    private func response(to failure: CallFailure, _ request: ServerRequest) -> ServerResponse {
        if failure.code == .fault || failure.code == .malformed {
            logger.error(
                "a call failed",
                metadata: ["path": "\(request.path)", "code": "\(failure.code.rawValue)", "cause": "\(failure.detail)"])
        }
        let body = (try? coding.encode(failure)) ?? []
        return response(status: HTTPResponse.Status(code: failure.code.status), body: body)
    }
}
