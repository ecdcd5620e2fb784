public import Distributed
import Synchronization

/// The distributed actor system of the services: a call is `POST /actors/{contract}/{id}/{method}` over HTTP/2.
///
/// One struct goes out and one comes back. Calls that are received don't pass here: see `InboundCalls`.
public final class ServiceActorSystem: DistributedActorSystem {
    /// Contract and name.
    public typealias ActorID = ActorAddress
    /// One argument, as bytes.
    public typealias InvocationEncoder = CallEncoder
    /// Unused.
    public typealias InvocationDecoder = CallDecoder
    /// Unused.
    public typealias ResultHandler = CallResultHandler
    /// Arguments and results are Codable.
    public typealias SerializationRequirement = any Codable

    private let coding: any CallCoding
    private let caller: (any OutboundCalling)?
    private let methodNames = Mutex<[String: String]>([:])

    /// A system that calls through a carrier; a service that calls nobody has none.
    public init(coding: any CallCoding, caller: (any OutboundCalling)?) {
        self.coding = coding
        self.caller = caller
    }

    // MARK: Lifecycle

    /// Always remote: what lives here is called directly by who made it.
    public func resolve<Act>(id: ActorID, as actorType: Act.Type) throws -> Act?
    where Act: DistributedActor, Act.ID == ActorID {
        nil
    }

    /// An actor made here answers for every name of its contract.
    public func assignID<Act>(_ actorType: Act.Type) -> ActorID where Act: DistributedActor, Act.ID == ActorID {
        ActorAddress(contract: String(describing: actorType), name: "local")
    }

    /// Nothing to keep: received calls find their actor through `InboundCalls`.
    public func actorReady<Act>(_ actor: Act) where Act: DistributedActor, Act.ID == ActorID {}

    /// Nothing to forget.
    public func resignID(_ id: ActorID) {}

    /// A call that is to be recorded.
    public func makeInvocationEncoder() -> CallEncoder {
        CallEncoder(coding: coding)
    }

    // MARK: Outbound calls

    /// Sends the call to the contract's replicas and reads the answer; throws `CallFailure`.
    public func remoteCall<Act, Err, Res>(
        on actor: Act, target: RemoteCallTarget, invocation: inout CallEncoder, throwing: Err.Type, returning: Res.Type
    ) async throws -> Res where Act: DistributedActor, Act.ID == ActorID, Err: Error, Res: Codable {
        guard invocation.argumentCount == 1 else {
            throw CallFailure(.fault, detail: "\(target): a distributed method takes one request struct")
        }
        guard let caller else { throw CallFailure(.fault, detail: "this service calls nobody") }
        let method = methodName(of: target)
        let answer = try await caller.call(actor.id, method: method, body: invocation.body)
        do {
            return try coding.decode(Res.self, from: answer)
        } catch {
            throw CallFailure(.malformed, detail: "answer of \(actor.id.contract)/\(method): \(error)")
        }
    }

    /// Not used: a method without an answer would hide its outcome.
    public func remoteCallVoid<Act, Err>(
        on actor: Act, target: RemoteCallTarget, invocation: inout CallEncoder, throwing: Err.Type
    ) async throws where Act: DistributedActor, Act.ID == ActorID, Err: Error {
        throw CallFailure(.fault, detail: "\(target): a distributed method gives one response struct")
    }

    /// `take` of a target that reads `Contracts.$ShelfContract.take(_:)`; demangled once for each method.
    private func methodName(of target: RemoteCallTarget) -> String {
        let identifier = target.identifier
        if let known = methodNames.withLock({ $0[identifier] }) { return known }
        let name = Self.methodName(ofDescription: target.description)
        methodNames.withLock { $0[identifier] = name }
        return name
    }

    static func methodName(ofDescription description: String) -> String {
        let signature = description.prefix { $0 != "(" }
        return String(signature.split(separator: ".").last ?? signature)
    }
}
