public import ActorTransport
public import Distributed
public import Wire

/// The holds of a customer; the actor's name is the customer's id.
@Resolvable
public protocol HoldsContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// One hold.
    distributed func hold(_ request: HoldQuestion) async throws -> Answer
    /// Those of a performance that still matter.
    distributed func holds(_ request: HoldListRequest) async throws -> Answer
    /// Gives the seats back: 204, also when repeated.
    distributed func release(_ request: HoldQuestion) async throws -> Answer
}

extension CallRoutes where Receiver: HoldsContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func holds(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.holds.rawValue)
        routes.on("hold") { try await $0.hold($1) }
        routes.on("holds") { try await $0.holds($1) }
        routes.on("release") { try await $0.release($1) }
        return routes
    }
}
