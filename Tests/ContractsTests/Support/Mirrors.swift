import ActorTransport
import Contracts
import Distributed
import Wire

// Each contract's actor as a mirror: it keeps what it was asked, and answers what the script says.

distributed actor SeatMapMirror: SeatMapContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func hold(_ request: HoldCommand) async throws -> Answer { try script.play(request) }
    distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer { try script.play(request) }
    distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer { try script.play(request) }
    distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer { try script.play(request) }
    distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer { try script.play(request) }
}

distributed actor HoldsMirror: HoldsContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func hold(_ request: HoldQuestion) async throws -> Answer { try script.play(request) }
    distributed func holds(_ request: HoldListRequest) async throws -> Answer { try script.play(request) }
    distributed func release(_ request: HoldQuestion) async throws -> Answer { try script.play(request) }
}

distributed actor CatalogueMirror: CatalogueContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func events(_ request: EventListRequest) async throws -> Answer { try script.play(request) }
    distributed func event(_ request: EventRequest) async throws -> Answer { try script.play(request) }
    distributed func performance(_ request: PerformanceRequest) async throws -> Answer { try script.play(request) }
    distributed func seatingChart(_ request: SeatingChartRequest) async throws -> Answer { try script.play(request) }
}

distributed actor FairnessMirror: FairnessContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func joinWaitingList(_ request: WaitingListCommand) async throws -> Answer { try script.play(request) }
    distributed func waitingListEntry(_ request: WaitingListQuestion) async throws -> Answer {
        try script.play(request)
    }
    distributed func leaveWaitingList(_ request: WaitingListQuestion) async throws -> Answer {
        try script.play(request)
    }
    distributed func rule(_ request: PerformanceSalesRequest) async throws -> Answer { try script.play(request) }
    distributed func changeRule(_ request: FairnessRuleCommand) async throws -> Answer { try script.play(request) }
}

distributed actor CustomersMirror: CustomersContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func register(_ request: CustomerRegistrationRequest) async throws -> Answer {
        try script.play(request)
    }
    distributed func signIn(_ request: SessionRequest) async throws -> SignInAnswer { try script.play(request) }
    distributed func customer(_ request: CustomerQuestion) async throws -> Answer { try script.play(request) }
    distributed func revokeSession(_ request: SessionRevocationRequest) async throws -> Acknowledgement {
        try script.play(request)
    }
    distributed func sessionStanding(_ request: SessionQuestion) async throws -> SessionStanding {
        try script.play(request)
    }
    distributed func revocations(_ request: RevocationFeedRequest) async throws -> RevocationFeedResponse {
        try script.play(request)
    }
}

distributed actor PaymentsMirror: PaymentsContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func createOrder(_ request: OrderCommand) async throws -> Answer { try script.play(request) }
    distributed func order(_ request: OrderQuestion) async throws -> Answer { try script.play(request) }
    distributed func orders(_ request: CustomerListRequest) async throws -> Answer { try script.play(request) }
    distributed func pay(_ request: PaymentCommand) async throws -> Answer { try script.play(request) }
    distributed func ticket(_ request: TicketQuestion) async throws -> Answer { try script.play(request) }
    distributed func tickets(_ request: CustomerListRequest) async throws -> Answer { try script.play(request) }
    distributed func ticketProof(_ request: TicketQuestion) async throws -> Answer { try script.play(request) }
    distributed func proofHead(_ request: ProofHeadRequest) async throws -> Answer { try script.play(request) }
    distributed func proofKeys(_ request: ProofKeysRequest) async throws -> Answer { try script.play(request) }
    distributed func checkIn(_ request: CheckInCommand) async throws -> Answer { try script.play(request) }
    distributed func refund(_ request: RefundCommand) async throws -> Answer { try script.play(request) }
    distributed func cancelPerformance(_ request: CancellationCommand) async throws -> Answer {
        try script.play(request)
    }
    distributed func cancellation(_ request: PerformanceSalesRequest) async throws -> Answer {
        try script.play(request)
    }
    distributed func refundRule(_ request: PerformanceSalesRequest) async throws -> Answer { try script.play(request) }
    distributed func changeRefundRule(_ request: RefundRuleCommand) async throws -> Answer { try script.play(request) }
    distributed func receipt(_ request: OrderQuestion) async throws -> Answer { try script.play(request) }
    distributed func statement(_ request: PerformanceSalesRequest) async throws -> Answer { try script.play(request) }
    distributed func statementPage(_ request: StatementPageRequest) async throws -> Answer { try script.play(request) }
    distributed func sales(_ request: PerformanceSalesRequest) async throws -> Answer { try script.play(request) }
    distributed func salesMinutes(_ request: SalesMinutesRequest) async throws -> Answer { try script.play(request) }
    distributed func webhook(_ request: WebhookCommand) async throws -> Answer { try script.play(request) }
    distributed func paymentForm(_ request: PaymentFormQuestion) async throws -> Answer { try script.play(request) }
    distributed func paymentReturn(_ request: PaymentReturnCommand) async throws -> Answer { try script.play(request) }
    distributed func authorizeSandbox(_ request: SandboxAuthorizationCommand) async throws -> Answer {
        try script.play(request)
    }
}

distributed actor ChannelMirror: ChannelContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func channel(_ request: ChannelQuestion) async throws -> ChannelResource { try script.play(request) }
}

distributed actor WaitingRoomMirror: WaitingRoomContract {
    typealias ActorSystem = ServiceActorSystem
    private let script: MirrorScript

    init(_ script: MirrorScript, _ system: ServiceActorSystem) {
        actorSystem = system
        self.script = script
    }

    distributed func enter(_ request: EntryCommand) async throws -> EntryAnswer { try script.play(request) }
    distributed func entry(_ request: EntryCommand) async throws -> EntryAnswer { try script.play(request) }
    distributed func follow(_ request: LineQuestion) async throws -> LineAnswer { try script.play(request) }
    distributed func watch(_ request: LineQuestion) async throws -> LineAnswer { try script.play(request) }
    distributed func ranking(_ request: RankingQuestion) async throws -> RankingAnswer { try script.play(request) }
    distributed func rankedEntries(_ request: RankedEntriesRequest) async throws -> Answer { try script.play(request) }
    distributed func figures(_ request: PerformanceSalesRequest) async throws -> Answer { try script.play(request) }
    distributed func change(_ request: WaitingRoomCommand) async throws -> Answer { try script.play(request) }
}
