import ActorTransport
import Contracts
import Distributed
import Ticketing
import Wire

/// Tells how the channels of this replica are.
distributed actor ChannelDesk: ChannelContract {
    typealias ActorSystem = ServiceActorSystem

    private let hub: ChannelHub

    init(hub: ChannelHub, system: ServiceActorSystem) {
        actorSystem = system
        self.hub = hub
    }

    distributed func channel(_ request: ChannelQuestion) async throws -> ChannelResource {
        let board = await hub.knownChannel(of: request.performanceId)?.board
        return ChannelResource(
            performanceId: request.performanceId, viewerCount: board?.viewerCount ?? 0, position: board?.position)
    }
}
