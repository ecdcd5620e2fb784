import ActorTransport
import Contracts
import HTTP2
import Logging
import NIOPosix
import Synchronization

/// All contracts' mirrors behind one port of the loopback, and the actors as another service finds them.
struct Hall {
    /// The actors, over the real transport.
    let actors: ContractActors
    /// What the mirrors answer.
    let script = MirrorScript()
    private let paths = Paths()

    /// The paths of the calls that came.
    final class Paths: Sendable {
        private let paths = Mutex<[String]>([])
        var last: String? { paths.withLock { $0.last } }
        func append(_ path: String) { paths.withLock { $0.append(path) } }
    }

    /// The path of the last call, as it stood on the wire.
    var lastPath: String? { paths.last }

    /// The methods of each contract's route table, by the contract's name on the wire.
    static let routes: [String: Set<String>] = Dictionary(
        uniqueKeysWithValues: [
            entry(.seatMap(of: SeatMapMirror.self)), entry(.holds(of: HoldsMirror.self)),
            entry(.catalogue(of: CatalogueMirror.self)), entry(.customers(of: CustomersMirror.self)),
            entry(.fairness(of: FairnessMirror.self)),
            entry(.payments(of: PaymentsMirror.self)), entry(.channel(of: ChannelMirror.self)),
            entry(.waitingRoom(of: WaitingRoomMirror.self)),
        ])

    private static func entry<Receiver>(_ routes: CallRoutes<Receiver>) -> (String, Set<String>) {
        (routes.contract, routes.methods)
    }

    /// Opens the hall for the length of one test.
    static func with<Value>(_ body: (Hall) async throws -> Value) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = HTTPClient(group: group, logger: logger)
        let keys = ServiceKeys([ServiceKeys.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])
        let directory = ReplicaDirectory()
        var directories: [String: ReplicaDirectory] = [:]
        for service in [ContractName.Service.seatReservation, .payment, .realtimePush] {
            directories.merge(ContractName.served(by: service, in: directory)) { first, _ in first }
        }
        // One attempt: what a failure says is looked at, not who is asked next.
        var settings = OutboundCalls.Settings()
        settings.attemptsMax = 1
        let caller = OutboundCalls(
            client: client, service: "test", keys: keys, coding: WireCallCoding(), directories: directories,
            settings: settings, logger: logger)
        let hall = Hall(
            actors: ContractActors(system: ServiceActorSystem(coding: WireCallCoding(), caller: caller)))
        let server = HTTPServer(
            settings: .internalListener, logger: logger, handler: hall.table(keys: keys, logger: logger).handler())
        let port = try await server.start(on: group, host: "127.0.0.1", port: 0)
        directory.replace(by: [Endpoint(host: "127.0.0.1", port: port)])
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(hall))
        } catch {
            result = .failure(error)
        }
        client.shutdown()
        await server.shutdown()
        return try result.get()
    }

    private func table(keys: ServiceKeys, logger: Logger) -> RouteTable {
        let system = ServiceActorSystem(coding: WireCallCoding(), caller: nil)
        let seatMap = SeatMapMirror(script, system)
        let holds = HoldsMirror(script, system)
        let catalogue = CatalogueMirror(script, system)
        let customers = CustomersMirror(script, system)
        let fairness = FairnessMirror(script, system)
        let payments = PaymentsMirror(script, system)
        let channel = ChannelMirror(script, system)
        let waitingRoom = WaitingRoomMirror(script, system)
        var calls = InboundCalls(coding: WireCallCoding(), keys: keys, logger: logger)
        calls.host(.seatMap(of: SeatMapMirror.self)) { _ in seatMap }
        calls.host(.holds(of: HoldsMirror.self)) { _ in holds }
        calls.host(.catalogue(of: CatalogueMirror.self)) { _ in catalogue }
        calls.host(.customers(of: CustomersMirror.self)) { _ in customers }
        calls.host(.fairness(of: FairnessMirror.self)) { _ in fairness }
        calls.host(.payments(of: PaymentsMirror.self)) { _ in payments }
        calls.host(.channel(of: ChannelMirror.self)) { _ in channel }
        calls.host(.waitingRoom(of: WaitingRoomMirror.self)) { _ in waitingRoom }
        var table = RouteTable()
        calls.register(in: &table)
        table.use { [paths] request, next in
            paths.append(String(request.path))
            return await next(request)
        }
        return table
    }
}
