import ActorTransport
import Contracts
import HTTP2
import LedgerStore
import Logging
import NIOCore
import NIOPosix
import Postgres
import Redis
import SeatFeed
import ServiceLifecycle
import ServiceRuntime
import Shedding
import SocketLoop
import Ticketing
import WaitingRoom

/// The seat-reservation service, put together: nothing is decided here.
struct SeatReservationApplication: Sendable {
    private let settings: SeatReservationSettings
    private let logger = Logger(label: "seat-reservation")

    init(settings: SeatReservationSettings) {
        self.settings = settings
    }

    /// Serves until the process is asked to stop.
    func run() async throws {
        let group = ServiceRuntime.eventLoopGroup()
        let loop = SocketLoop(name: "ledger-sockets")
        let ledger = PostgresPool(settings: settings.ledger, loop: loop, logger: logger)
        let redis = RedisClient(settings: settings.redis, loop: loop, logger: logger)
        let relay = SeatDeltaRelay(redis: redis, logger: logger)
        let memories = MapMemories()
        let door = PerformanceDoor(pool: ledger, settings: settings.door) { reading in
            memories.follow(reading)
            relay.take(reading)
        }
        let holds = HoldStore(pool: ledger)
        let system = ServiceActorSystem(coding: WireCallCoding(), caller: nil)
        let rooms = WaitingRoomStore(pool: ledger)
        let gate = AdmissionGate(
            store: rooms, tokens: WaitingRoomTokens(keys: settings.admission.keys.all.map { ($0.id, $0.bytes) }),
            logger: logger)
        let catalogue = CatalogueStore(pool: ledger)
        let maps = SeatMaps(
            door: door, catalogue: catalogue, states: SeatStateStore(pool: ledger), holds: holds,
            memories: memories, gate: gate, system: system)
        let lists = WaitingListStore(pool: ledger)
        let hasher = PasswordHasher(threads: settings.passwordThreads, waitingMax: settings.passwordsWaitingMax)
        let schema = SchemaGate(ledger: ledger)
        let certificates = ServiceCertificates(settings.listeners)

        let readiness = ReadinessBoard()
        readiness.register("ledger") { ledger.notReadyReason }
        readiness.note("writes") { ledger.writesSuspendedReason.map { "refused, \($0)" } ?? "taken" }
        readiness.register("schema") { schema.notReadyReason }

        try await ServiceRuntime.run(
            name: "seat-reservation", readiness: readiness, admin: settings.listeners.adminAddress, on: group,
            databases: [
                LoopService(name: "ledger") { await ledger.run() },
                LoopService(name: "redis") { await redis.run() },
            ],
            workers: [
                LoopService(name: "schema") { await schema.run() },
                LoopService(name: "relay") { try await relay.run() },
                LoopService(name: "expiry") {
                    await ExpiryWorker(holds: holds, door: door, logger: logger).run()
                },
                LoopService(name: "openings") {
                    await OpeningsWorker(catalogue: catalogue, maps: maps, logger: logger).run()
                },
                LoopService(name: "waiting-lists") {
                    await WaitingListWorker(lists: lists, maps: maps, door: door, logger: logger).run()
                },
                LoopService(name: "waiting rooms") {
                    await gate.run()
                    // Nobody asks here any more; the loop is cancelled, and this is not.
                    await Task { try? await rooms.resign(deadline: .now + .seconds(1)) }.value
                },
                LoopService(name: "gauges") { await LedgerGauges(pool: ledger, door: door).run() },
            ] + canary(ledger: ledger, door: door) + certificates.watchers,
            listeners: [
                try listener(
                    on: group, tls: certificates.forServices, ledger: ledger, door: door, maps: maps, lists: lists,
                    holds: holds, rooms: rooms, gate: gate, hasher: hasher, system: system)
            ],
            drainNotice: settings.listeners.drainNotice)
        try await hasher.stop()
    }

    private func canary(ledger: PostgresPool, door: PerformanceDoor) -> [any Service] {
        guard let interval = settings.canaryInterval else { return [] }
        let worker = CanaryWorker(interval: interval, store: CanaryStore(pool: ledger), door: door, logger: logger)
        return [LoopService(name: "canary") { await worker.run() }]
    }

    private func listener(
        on group: any EventLoopGroup, tls: TLSIdentity?, ledger: PostgresPool, door: PerformanceDoor, maps: SeatMaps,
        lists: WaitingListStore, holds: HoldStore, rooms: WaitingRoomStore, gate: AdmissionGate, hasher: PasswordHasher,
        system: ServiceActorSystem
    ) throws -> ListenerService {
        guard let address = settings.listeners.internalAddress else {
            preconditionFailure("the settings were read without an internal listener")
        }
        let catalogue = CatalogueStore(pool: ledger)
        let lines = WaitingLines(
            parts: WaitingLines.Parts(
                store: rooms, door: WaitingRoomDoor(pool: ledger), seatsDoor: door, maps: maps, gate: gate,
                ledger: ledger, pace: settings.admission.pace, away: settings.admission.away, logger: logger),
            system: system)
        let customers = CustomersDesk(
            customers: CustomerStore(pool: ledger), sessions: SessionStore(pool: ledger), hasher: hasher,
            system: system)
        let catalogueDesk = CatalogueDesk(store: catalogue, system: system)
        let holdsDesk = HoldsDesk(store: holds, door: door, system: system)
        let fairnessDesk = FairnessDesk(
            rules: FairnessStore(pool: ledger), lists: lists, catalogue: catalogue, gate: gate, system: system)

        let keys = ServiceKeys(settings.serviceKeys.all.map { ServiceKeys.Key(id: $0.id, secret: $0.bytes) })
        var calls = InboundCalls(
            coding: WireCallCoding(), keys: keys, intake: Intake("internal", settings: settings.intake), logger: logger)
        calls.host(.seatMap(of: SeatMap.self)) { name in
            guard let performance = PerformanceID(name) else { return nil }
            return try await maps.map(of: performance)
        }
        calls.host(.customers(of: CustomersDesk.self)) { _ in customers }
        calls.host(.catalogue(of: CatalogueDesk.self)) { _ in catalogueDesk }
        calls.host(.holds(of: HoldsDesk.self)) { _ in holdsDesk }
        calls.host(.fairness(of: FairnessDesk.self)) { _ in fairnessDesk }
        calls.host(.waitingRoom(of: WaitingLine.self)) { name in
            guard let performance = PerformanceID(name) else { return nil }
            return await lines.line(of: performance)
        }
        var routes = RouteTable()
        calls.register(in: &routes)
        return ListenerService(
            name: "internal",
            server: HTTPServer(
                settings: .internalListener, tls: tls, logger: logger, routes: routes),
            on: group, address: address)
    }
}
