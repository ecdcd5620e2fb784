import ActorTransport
import Contracts
import HTTP2
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceRuntime
import Sessions
import Shedding
import Telemetry
import WaitingRoom

/// The gateway, put together: nothing is decided here.
struct GatewayApplication: Sendable {
    private let settings: GatewaySettings
    private let logger = Logger(label: "gateway")

    init(settings: GatewaySettings) {
        self.settings = settings
    }

    /// Serves until the process is asked to stop.
    func run() async throws {
        let group = ServiceRuntime.eventLoopGroup()
        let certificates = ServiceCertificates(settings.listeners)
        let client = HTTPClient(tls: certificates.forServices, group: group, logger: logger)
        let keys = ServiceKeys(settings.serviceKeys.all.map { ServiceKeys.Key(id: $0.id, secret: $0.bytes) })
        let seatReservation = ReplicaDirectory()
        let payment = ReplicaDirectory()
        let realtimePush = ReplicaDirectory()
        var directories = ContractName.served(by: .seatReservation, in: seatReservation)
        directories.merge(ContractName.served(by: .payment, in: payment)) { first, _ in first }
        directories.merge(ContractName.served(by: .realtimePush, in: realtimePush)) { first, _ in first }
        let system = ServiceActorSystem(
            coding: WireCallCoding(),
            caller: OutboundCalls(
                client: client, service: "gateway", keys: keys, coding: WireCallCoding(), directories: directories,
                logger: logger))
        let actors = ContractActors(system: system)
        let revocations = RevocationList(sessionSeconds: Int64(settings.sessionSeconds))
        let streams = OpenStreams()
        let push = PushStreams(
            client: client, directory: realtimePush,
            credential: ServiceCredential(service: "gateway", keys: keys), logger: logger)
        let relay = StreamRelay(push: push, open: streams)
        let shedding = settings.shedding
        let intake = EdgeIntake(
            intake: Intake("public", settings: shedding.intake), limits: shedding.limits(),
            proxies: TrustedProxies(settings.trustedProxies), callDeadline: settings.callDeadline,
            roundMax: shedding.roundMax)
        let lines = FollowedLines(
            actors: actors, questions: SharedQuestions(intake, .place),
            gateway: GatewayName(awaySeconds: settings.waiting.awaySeconds), logger: logger)
        let canary = CanaryFollower(push: push, logger: logger)
        let routes = try routes(
            actors: actors, intake: intake, revocations: revocations, relay: relay, lines: lines,
            streams: PlaceStreams(open: streams))

        let readiness = ReadinessBoard()
        readiness.register("seat-reservation") { seatReservation.replicas.isEmpty ? "no replica is known" : nil }
        readiness.register("payment") { payment.replicas.isEmpty ? "no replica is known" : nil }

        readiness.note("canary") { canary.status }
        Telemetry.metrics.gauge("viewers") { Double(streams.count) }

        let resolvers = [
            ("seat-reservation", settings.seatReservation, seatReservation), ("payment", settings.payment, payment),
            ("realtime-push", settings.realtimePush, realtimePush),
        ].map { name, source, directory in
            let resolver = ReplicaResolver(source: source, directory: directory, logger: logger)
            return LoopService(name: "directory of \(name)") { await resolver.run() }
        }
        try await ServiceRuntime.run(
            name: "gateway", readiness: readiness, admin: settings.listeners.adminAddress, on: group,
            workers: resolvers + certificates.watchers + [
                RevocationWorker(actors: actors, revocations: revocations, logger: logger),
                LoopService(name: "canary") { await canary.run() },
                LoopService(name: "waiting rooms") { await lines.run() },
            ],
            listeners: [
                try listener(routes, on: group, tls: certificates.forEverybody),
                StreamDrain(streams: streams, window: settings.drainWindow),
            ],
            drainNotice: settings.listeners.drainNotice)
        client.shutdown()
    }

    private func routes(
        actors: ContractActors, intake: EdgeIntake, revocations: RevocationList, relay: StreamRelay,
        lines: FollowedLines, streams: PlaceStreams
    ) throws -> GatewayRoutes {
        let codec = SessionTokenCodec(keys: settings.sessionKeys.all.map { ($0.id, $0.bytes) })
        let shedding = settings.shedding
        let edge = EdgeRoutes(
            sessions: SessionGuard(
                codec: codec, revocations: revocations, actors: actors, limits: intake.limits),
            fingerprint: Fingerprint(secret: settings.fingerprintKeys.signing.bytes), intake: intake, logger: logger)
        let mapQuestions = SharedQuestions(intake, .browse)
        let changeQuestions = SharedQuestions(intake, .browse)
        return GatewayRoutes(
            edge: edge,
            customers: CustomerRoutes(
                edge: edge, actors: actors, codec: codec, sessionSeconds: Int64(settings.sessionSeconds),
                cookieIsSecure: settings.cookieIsSecure),
            catalogue: CatalogueRoutes(edge: edge, actors: actors, staleFor: shedding.staleFor),
            seats: SeatRoutes(
                edge: edge,
                snapshots: SnapshotCache(actors: actors, questions: mapQuestions, staleFor: shedding.staleFor),
                changes: ChangesCache(actors: actors, questions: changeQuestions, staleFor: shedding.staleFor),
                streams: relay),
            waitingRoom: WaitingRoomRoutes(
                edge: edge, actors: actors, lines: lines,
                answers: PlaceAnswers(
                    tokens: WaitingRoomTokens(keys: settings.waiting.keys.all.map { ($0.id, $0.bytes) }),
                    awaySeconds: settings.waiting.awaySeconds, pollsPerSecond: settings.waiting.pollsPerSecond),
                streams: streams, rankings: RankingDocuments(actors: actors),
                looks: SharedQuestions(intake, .place), cookieIsSecure: settings.cookieIsSecure),
            holds: HoldRoutes(
                edge: edge, actors: actors,
                challenges: settings.challenges.holdsPerSecond > 0
                    ? HoldChallenges(settings: settings.challenges, secrets: settings.sessionKeys.all.map(\.bytes))
                    : nil),
            fairness: FairnessRoutes(edge: edge, actors: actors),
            orders: OrderRoutes(edge: edge, actors: actors),
            tickets: TicketRoutes(edge: edge, actors: actors),
            proofs: ProofRoutes(edge: edge, actors: actors),
            organizer: OrganizerRoutes(edge: edge, actors: actors),
            statements: StatementRoutes(edge: edge, actors: actors),
            webhooks: WebhookRoutes(edge: edge, actors: actors),
            paymentForm: PaymentFormRoutes(edge: edge, actors: actors, forms: PaymentForms(actors: actors)),
            sandbox: SandboxRoutes(edge: edge, actors: actors),
            description: try read(by: "BOXOFFICE_OPENAPI_FILE") { try DescriptionRoutes(file: settings.openAPIFile) },
            site: try read(by: "BOXOFFICE_WEB_ROOT") { try Site(folder: settings.webRoot) })
    }

    /// What a setting names; where it can't be read, the setting is wrong.
    private func read<Part>(by setting: String, _ read: () throws -> Part) throws -> Part {
        do {
            return try read()
        } catch let failure as SiteFailure {
            ServiceRuntime.exit(wrongSetting: "\(setting) is wrong: \(failure.description)")
        }
    }

    private func listener(
        _ routes: GatewayRoutes, on group: any EventLoopGroup, tls: TLSIdentity?
    ) throws -> ListenerService {
        guard let address = settings.listeners.publicAddress else {
            preconditionFailure("the settings were read without a public listener")
        }
        let server = HTTPServer(
            settings: settings.server, standsForMany: settings.trustedProxies.contain, tls: tls,
            logger: logger, refusal: GatewayRoutes.refusal,
            routes: routes.table(logger: logger))
        return ListenerService(name: "public", server: server, on: group, address: address)
    }
}
