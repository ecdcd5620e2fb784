public import ActorTransport
public import Distributed
public import Wire

/// The viewers of one performance at one replica; the actor's name is the performance's id.
@Resolvable
public protocol ChannelContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// How many watch, and where the map stands.
    distributed func channel(_ request: ChannelQuestion) async throws -> ChannelResource
}

extension CallRoutes where Receiver: ChannelContract {
    /// The contract's methods on the wire, served by `realtime-push`.
    public static func channel(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.channel.rawValue)
        routes.on("channel") { try await $0.channel($1) }
        return routes
    }
}
