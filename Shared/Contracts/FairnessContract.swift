public import ActorTransport
public import Distributed
public import Wire

/// What keeps a sale fair after its opening; the actor's name is the performance's id.
@Resolvable
public protocol FairnessContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// Puts a customer on the waiting list: 200 the place, or a refusal.
    distributed func joinWaitingList(_ request: WaitingListCommand) async throws -> Answer
    /// A customer's place on it.
    distributed func waitingListEntry(_ request: WaitingListQuestion) async throws -> Answer
    /// Takes a customer off it: 204, also when repeated.
    distributed func leaveWaitingList(_ request: WaitingListQuestion) async throws -> Answer
    /// The organizer's rule.
    distributed func rule(_ request: PerformanceSalesRequest) async throws -> Answer
    /// Another rule from now on.
    distributed func changeRule(_ request: FairnessRuleCommand) async throws -> Answer
}

extension CallRoutes where Receiver: FairnessContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func fairness(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.fairness.rawValue)
        routes.on("joinWaitingList") { try await $0.joinWaitingList($1) }
        routes.on("waitingListEntry") { try await $0.waitingListEntry($1) }
        routes.on("leaveWaitingList") { try await $0.leaveWaitingList($1) }
        routes.on("rule") { try await $0.rule($1) }
        routes.on("changeRule") { try await $0.changeRule($1) }
        return routes
    }
}
