import ActorTransport
import Contracts
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Redis
import ServiceLifecycle
import ServiceRuntime
import Shedding
import SocketLoop
import Wire

/// The realtime-push service, put together: nothing is decided here.
struct RealtimePushApplication: Sendable {
    private let settings: RealtimePushSettings
    private let logger = Logger(label: "realtime-push")

    init(settings: RealtimePushSettings) {
        self.settings = settings
    }

    /// Serves until the process is asked to stop.
    func run() async throws {
        let group = ServiceRuntime.eventLoopGroup()
        let redis = RedisClient(settings: settings.redis, loop: SocketLoop(name: "redis-sockets"), logger: logger)
        let keys = ServiceKeys(settings.serviceKeys.all.map { ServiceKeys.Key(id: $0.id, secret: $0.bytes) })
        let directory = ReplicaDirectory()
        let resolver = ReplicaResolver(source: settings.seatReservation, directory: directory, logger: logger)
        let certificates = ServiceCertificates(settings.listeners)
        let client = HTTPClient(tls: certificates.forServices, group: group, logger: logger)
        let system = ServiceActorSystem(
            coding: WireCallCoding(),
            caller: OutboundCalls(
                client: client, service: "realtime-push", keys: keys, coding: WireCallCoding(),
                directories: ContractName.served(by: .seatReservation, in: directory), logger: logger))
        let hub = ChannelHub(
            settings: settings.channels, ledger: RemoteSeatLedger(actors: ContractActors(system: system)),
            redis: redis, logger: logger)

        let readiness = ReadinessBoard()
        readiness.register("seat-reservation") { directory.replicas.isEmpty ? "no replica is known" : nil }

        try await ServiceRuntime.run(
            name: "realtime-push", readiness: readiness, admin: settings.listeners.adminAddress, on: group,
            databases: [LoopService(name: "redis") { await redis.run() }],
            workers: [
                LoopService(name: "directory") { await resolver.run() },
                HubWorker(hub: hub),
            ] + certificates.watchers,
            listeners: try listeners(
                on: group, hub: hub, keys: keys, system: system, certificates: certificates) + [HubDrain(hub: hub)],
            drainNotice: settings.listeners.drainNotice)
        client.shutdown()
    }

    private func listeners(
        on group: any EventLoopGroup, hub: ChannelHub, keys: ServiceKeys, system: ServiceActorSystem,
        certificates: ServiceCertificates
    ) throws -> [any Service] {
        guard let publicAddress = settings.listeners.publicAddress,
            let internalAddress = settings.listeners.internalAddress
        else { preconditionFailure("the settings were read without both listeners") }
        var publicRoutes = RouteTable()
        let streams = StreamRoutes(hub: hub, settings: settings.channels)
        streams.register(in: &publicRoutes)
        publicRoutes.notFound = { _ in StreamRoutes.refusal(Problem(.notFound)) }
        publicRoutes.methodNotAllowed = { _, _ in StreamRoutes.refusal(Problem(.methodNotAllowed)) }

        var internalRoutes = RouteTable()
        let credential = ServiceCredential(service: "realtime-push", keys: keys)
        streams.register(in: &internalRoutes)
        internalRoutes.use { request, next in
            guard let proof = request.headerFields[CallHeaders.credential], credential.isValid(proof) else {
                return StreamRoutes.refusal(Problem(.forbidden))
            }
            return await next(request)
        }
        let desk = ChannelDesk(hub: hub, system: system)
        var calls = InboundCalls(
            coding: WireCallCoding(), keys: keys, intake: Intake("internal", settings: settings.intake), logger: logger)
        calls.host(.channel(of: ChannelDesk.self)) { _ in desk }
        calls.register(in: &internalRoutes)
        return [
            ListenerService(
                name: "public",
                server: HTTPServer(
                    settings: Self.afterDrain(HTTPServerSettings()), standsForMany: settings.trustedProxies.contain,
                    tls: certificates.forEverybody, logger: logger, routes: publicRoutes),
                on: group, address: publicAddress),
            ListenerService(
                name: "internal",
                server: HTTPServer(
                    settings: Self.afterDrain(.internalListener), tls: certificates.forServices, logger: logger,
                    routes: internalRoutes),
                on: group, address: internalAddress),
        ]
    }

    /// The drain has ended the streams: what is open behind it belongs to viewers who don't read.
    private static func afterDrain(_ settings: HTTPServerSettings) -> HTTPServerSettings {
        var settings = settings
        settings.stopMilliseconds = 300
        return settings
    }
}
