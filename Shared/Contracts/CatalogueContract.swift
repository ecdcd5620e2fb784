public import ActorTransport
public import Distributed
public import Wire

/// What can be bought; the actor's name is the id asked for, or `events`.
@Resolvable
public protocol CatalogueContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// A page of events.
    distributed func events(_ request: EventListRequest) async throws -> Answer
    /// One event.
    distributed func event(_ request: EventRequest) async throws -> Answer
    /// One performance.
    distributed func performance(_ request: PerformanceRequest) async throws -> Answer
    /// One chart, which never changes.
    distributed func seatingChart(_ request: SeatingChartRequest) async throws -> Answer
}

extension CallRoutes where Receiver: CatalogueContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func catalogue(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.catalogue.rawValue)
        routes.on("events") { try await $0.events($1) }
        routes.on("event") { try await $0.event($1) }
        routes.on("performance") { try await $0.performance($1) }
        routes.on("seatingChart") { try await $0.seatingChart($1) }
        return routes
    }
}
