import ActorTransport
import Distributed

/// A contract of another trade than ours: the transport knows nothing of it.
@Resolvable
protocol ShelfContract: DistributedActor where ActorSystem == ServiceActorSystem {
    distributed func take(_ request: TakeRequest) async throws -> TakeAnswer
}

/// Asks for goods; `hops` shelves further on are asked first.
struct TakeRequest: Codable, Hashable, Sendable {
    var item: String
    var hops = 0
}

/// A refusal is one of the answers.
enum TakeAnswer: Codable, Hashable, Sendable {
    case taken(left: Int)
    case refused(because: String)
}

extension CallRoutes where Receiver: ShelfContract {
    static func shelf(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: "shelf")
        routes.on("take") { try await $0.take($1) }
        return routes
    }
}
