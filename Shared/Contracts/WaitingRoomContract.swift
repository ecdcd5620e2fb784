public import ActorTransport
public import Distributed
public import Wire

/// The waiting room of one performance; the actor's name is the performance's id.
@Resolvable
public protocol WaitingRoomContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// Gives a customer a place, or finds the one that there is; repeatable.
    distributed func enter(_ request: EntryCommand) async throws -> EntryAnswer
    /// The customer's place, if there is one.
    distributed func entry(_ request: EntryCommand) async throws -> EntryAnswer
    /// Where the line stands; takes whom the asker has seen of it.
    distributed func follow(_ request: LineQuestion) async throws -> LineAnswer
    /// The same, of whoever would be asked next: it knows all that the line's home knows, and leaves the line alone.
    distributed func watch(_ request: LineQuestion) async throws -> LineAnswer
    /// In which order those of the list stand.
    distributed func ranking(_ request: RankingQuestion) async throws -> RankingAnswer
    /// A page of the ranking as it is published.
    distributed func rankedEntries(_ request: RankedEntriesRequest) async throws -> Answer
    /// An organizer's figures.
    distributed func figures(_ request: PerformanceSalesRequest) async throws -> Answer
    /// Makes the room, or changes how it is run.
    distributed func change(_ request: WaitingRoomCommand) async throws -> Answer
}

extension CallRoutes where Receiver: WaitingRoomContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func waitingRoom(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.waitingRoom.rawValue)
        routes.on("enter") { try await $0.enter($1) }
        routes.on("entry") { try await $0.entry($1) }
        routes.on("follow") { try await $0.follow($1) }
        routes.on("watch") { try await $0.watch($1) }
        routes.on("ranking") { try await $0.ranking($1) }
        routes.on("rankedEntries") { try await $0.rankedEntries($1) }
        routes.on("figures") { try await $0.figures($1) }
        routes.on("change") { try await $0.change($1) }
        return routes
    }
}
