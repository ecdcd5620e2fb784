import ActorTransport
import Contracts
import Foundation
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import ServiceRuntime
import Sessions
import Shedding
import Ticketing
import WaitingRoom
import Wire

@testable import Gateway

/// The gateway's routes in this process, with the other services by script.
struct Edge {
    static let sessionSeconds: Int64 = 3_600
    static let authority = "tickets.example"
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    // Read once: each takes a tenth of a second.
    private static let description = Result {
        try DescriptionRoutes(file: root.appending(path: "Services/Gateway/openapi.yaml").path)
    }
    private static let site = Result { try Site(folder: root.appending(path: "Services/Gateway/Web").path) }

    let services = ScriptedServices()
    let revocations = RevocationList(sessionSeconds: sessionSeconds)
    let codec = SessionTokenCodec(keys: [("test", [UInt8](repeating: 5, count: 32))])
    let tokens = WaitingRoomTokens(keys: [("test", [UInt8](repeating: 8, count: 32))])
    let lines: FollowedLines
    let table: RouteTable
    let intake: EdgeIntake
    private let handler: RequestHandler

    init(
        trusting proxies: [NetworkRange] = [], settings: IntakeSettings = IntakeSettings(),
        limits: EdgeLimits = EdgeLimits(), staleFor: Duration = .zero
    ) throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let actors = services.actors
        let intake = EdgeIntake(
            intake: Intake("test", settings: settings), limits: limits, proxies: TrustedProxies(proxies))
        self.intake = intake
        let edge = EdgeRoutes(
            sessions: SessionGuard(
                codec: codec, revocations: revocations, actors: actors, limits: limits),
            fingerprint: Fingerprint(secret: [UInt8](repeating: 6, count: 32)), intake: intake, logger: logger)
        let push = PushStreams(
            client: HTTPClient(group: MultiThreadedEventLoopGroup.singleton, logger: logger),
            directory: ReplicaDirectory(),
            credential: ServiceCredential(
                service: "gateway", keys: ServiceKeys([.init(id: "a", secret: [UInt8](repeating: 1, count: 32))])),
            logger: logger)
        let open = OpenStreams()
        lines = FollowedLines(
            actors: actors, questions: SharedQuestions(intake, .place), gateway: GatewayName(awaySeconds: 60),
            logger: logger)
        table = GatewayRoutes(
            edge: edge,
            customers: CustomerRoutes(
                edge: edge, actors: actors, codec: codec, sessionSeconds: Self.sessionSeconds, cookieIsSecure: true),
            catalogue: CatalogueRoutes(edge: edge, actors: actors, staleFor: staleFor),
            seats: SeatRoutes(
                edge: edge,
                snapshots: SnapshotCache(
                    actors: actors, questions: SharedQuestions(intake, .browse), staleFor: staleFor),
                changes: ChangesCache(
                    actors: actors, questions: SharedQuestions(intake, .browse), staleFor: staleFor),
                streams: StreamRelay(push: push, open: open)),
            waitingRoom: WaitingRoomRoutes(
                edge: edge, actors: actors, lines: lines,
                answers: PlaceAnswers(tokens: tokens, awaySeconds: 60, pollsPerSecond: 2_000),
                streams: PlaceStreams(open: open), rankings: RankingDocuments(actors: actors),
                looks: SharedQuestions(intake, .place), cookieIsSecure: true),
            holds: HoldRoutes(edge: edge, actors: actors), fairness: FairnessRoutes(edge: edge, actors: actors),
            orders: OrderRoutes(edge: edge, actors: actors),
            tickets: TicketRoutes(edge: edge, actors: actors), proofs: ProofRoutes(edge: edge, actors: actors),
            organizer: OrganizerRoutes(edge: edge, actors: actors),
            statements: StatementRoutes(edge: edge, actors: actors),
            webhooks: WebhookRoutes(edge: edge, actors: actors),
            paymentForm: PaymentFormRoutes(edge: edge, actors: actors, forms: PaymentForms(actors: actors)),
            sandbox: SandboxRoutes(edge: edge, actors: actors),
            description: try Self.description.get(), site: try Self.site.get()
        ).table(logger: logger)
        handler = table.handler()
    }

    /// A good session's token.
    func session(_ role: CustomerRole = .customer, at now: Timestamp = .now) -> SessionToken {
        SessionToken(
            sessionID: SessionID(at: now), customerID: CustomerID(at: now), role: role, issuedAt: now,
            expiresAt: now.advanced(bySeconds: Self.sessionSeconds))
    }

    /// Asks the routes from an address; a body is not sent.
    func ask(
        _ method: HTTPRequest.Method = .get, _ path: String, _ fields: HTTPFields = [:],
        authority: String = Edge.authority, from address: String? = nil
    ) async -> EdgeAnswer {
        let head = HTTPRequest(
            method: method, scheme: "https", authority: authority, path: path, headerFields: fields)
        return EdgeAnswer(
            await handler(
                ServerRequest(
                    head: head, remoteAddress: address.flatMap { try? SocketAddress(ipAddress: $0, port: 40_000) },
                    eventLoop: MultiThreadedEventLoopGroup.singleton.any())))
    }
}

/// What the routes answered, with its body taken together.
struct EdgeAnswer {
    let status: Int
    let fields: HTTPFields
    let body: [UInt8]

    init(_ response: ServerResponse) {
        status = response.status.code
        fields = response.headerFields
        switch response.body {
        case .bytes(let buffer): body = Array(buffer.readableBytesView)
        default: body = []
        }
    }

    /// The problem's code; nil for anything else.
    var code: ProblemCode? { (try? WireJSON.decode(Problem.self, from: body))?.code }
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}
