public import ActorTransport
public import Distributed
public import Wire

/// The seats of one performance; the actor's name is the performance's id.
@Resolvable
public protocol SeatMapContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// Claims seats for one customer: 201 a hold, or a refusal.
    distributed func hold(_ request: HoldCommand) async throws -> Answer
    /// Claims seats for many customers; each is answered as if asked for alone, and no failure of one touches another.
    /// Where all of them failed for the same reason the call fails.
    distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer
    /// The map, whole or by what changed.
    distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer
    /// Where the map stands.
    distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer
    /// Which seats belong to which section.
    distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer
}

extension CallRoutes where Receiver: SeatMapContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func seatMap(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.seatMap.rawValue)
        routes.on("hold") { try await $0.hold($1) }
        routes.on("holdTogether") { try await $0.holdTogether($1) }
        routes.on("seats") { try await $0.seats($1) }
        routes.on("sequence") { try await $0.sequence($1) }
        routes.on("sections") { try await $0.sections($1) }
        return routes
    }
}
