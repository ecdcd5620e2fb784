import ActorTransport
import Contracts
import Ticketing
import Wire

extension RoundTrip {
    /// One for each distributed method; a test compares the list with the contracts' sources.
    static func all() throws -> [RoundTrip] {
        try seatMap() + holds() + catalogue() + customers() + payments() + refunds() + channel() + fairness()
            + waitingRoom()
    }

    private static func seatMap() throws -> [RoundTrip] {
        let command = HoldCommand(
            customerId: Samples.customer, idempotencyKey: "key~!",
            fingerprint: "00ff", seatIndexes: [0, 5], bestAvailable: nil)
        var best = command
        best.admissionToken = "a.b.c"
        best.requestId = "r-1"
        best.earlierMilliseconds = 12
        best.seatIndexes = nil
        best.bestAvailable = BestAvailableRequest(
            priceLevelId: "premium", sectionId: Samples.text, quantity: 6, accessible: true, together: true)
        return try [
            RoundTrip(.seatMap, "hold", sending: [command, best], answered: Samples.answers()) {
                try await $0.seatMap(Samples.performance).hold($1)
            },
            RoundTrip(
                .seatMap, "holdTogether",
                sending: [
                    HoldsCommand(performanceId: Samples.performance, holds: [command, best]),
                    HoldsCommand(performanceId: Samples.performance, holds: []),
                ],
                answered: [
                    HoldsAnswer(
                        shared: [try SharedRefusal(Problem(.seatTaken).with { $0.seatIndexes = [4] })],
                        holds: try Samples.answers().map { .answered($0) } + [
                            .refused(shared: 0), .failed(HoldFailure(CallFailure(.overloaded, detail: Samples.text))),
                        ]),
                    HoldsAnswer(shared: [], holds: []),
                ]
            ) { try await $0.seatMap(Samples.performance).holdTogether($1) },
            RoundTrip(
                .seatMap, "seats",
                sending: [
                    SeatsQuestion(performanceId: Samples.performance),
                    SeatsQuestion(performanceId: Samples.performance, after: Samples.position),
                    SeatsQuestion(performanceId: Samples.performance, ageMillisecondsMax: 100),
                ],
                answered: [
                    SeatsAnswer.snapshot(SeatSnapshot(states: Samples.states, at: Samples.position)),
                    .snapshot(
                        SeatSnapshot(
                            states: Samples.states, at: Samples.position, seatRanges: [SeatRange(first: 3, last: 9)])),
                    .delta(Samples.delta),
                    .delta(SeatDelta(epoch: 1, afterSequence: 4, sequence: 4, changes: [])), .unknownPerformance,
                ]
            ) { try await $0.seatMap(Samples.performance).seats($1) },
            RoundTrip(
                .seatMap, "sequence", sending: [SequenceQuestion(performanceId: Samples.performance)],
                answered: [SequenceAnswer.position(Samples.position), .unknownPerformance]
            ) { try await $0.seatMap(Samples.performance).sequence($1) },
            RoundTrip(
                .seatMap, "sections", sending: [SectionsQuestion(performanceId: Samples.performance)],
                answered: [
                    SectionsAnswer.sections([
                        SectionSeatsResource(sectionId: "Stehplätze, 2", seats: SeatRange(first: 0, last: 7))
                    ]), .sections([]), .unknownPerformance,
                ]
            ) { try await $0.seatMap(Samples.performance).sections($1) },
        ]
    }

    private static func holds() throws -> [RoundTrip] {
        let question = HoldQuestion(holdId: HoldID(at: Samples.now), customerId: Samples.customer)
        return try [
            RoundTrip(.holds, "hold", sending: [question], answered: Samples.answers()) {
                try await $0.holds(Samples.customer).hold($1)
            },
            RoundTrip(
                .holds, "holds",
                sending: [HoldListRequest(customerId: Samples.customer, performanceId: Samples.performance)],
                answered: Samples.answers()
            ) { try await $0.holds(Samples.customer).holds($1) },
            RoundTrip(.holds, "release", sending: [question], answered: Samples.answers()) {
                try await $0.holds(Samples.customer).release($1)
            },
        ]
    }

    private static func catalogue() throws -> [RoundTrip] {
        let page = EventListRequest(q: Samples.text, from: Samples.now, to: Samples.now, limit: 100, cursor: "c")
        return try [
            RoundTrip(
                .catalogue, "events", sending: [page, EventListRequest(limit: 1)], answered: Samples.answers()
            ) { try await $0.catalogue("events").events($1) },
            RoundTrip(
                .catalogue, "event", sending: [EventRequest(eventId: EventID(at: Samples.now))],
                answered: Samples.answers()
            ) { try await $0.catalogue("event").event($1) },
            RoundTrip(
                .catalogue, "performance", sending: [PerformanceRequest(performanceId: Samples.performance)],
                answered: Samples.answers()
            ) { try await $0.catalogue("performance").performance($1) },
            RoundTrip(
                .catalogue, "seatingChart",
                sending: [SeatingChartRequest(chartId: SeatingChartID(at: Samples.now))], answered: Samples.answers()
            ) { try await $0.catalogue("chart").seatingChart($1) },
        ]
    }

    private static func customers() throws -> [RoundTrip] {
        let session = SessionID(at: Samples.now)
        return try [
            RoundTrip(
                .customers, "register",
                sending: [
                    CustomerRegistrationRequest(
                        email: "a@b.example", password: "p\u{7F}", name: Samples.text, language: .korean)
                ],
                answered: Samples.answers()
            ) { try await $0.customers("a").register($1) },
            RoundTrip(
                .customers, "signIn", sending: [SessionRequest(email: "a@b.example", password: Samples.text)],
                answered: [
                    SignInAnswer.signedIn(Samples.account), .wrongCredentials, .overloaded(retryAfterSeconds: 3),
                ]
            ) { try await $0.customers("a").signIn($1) },
            RoundTrip(
                .customers, "customer", sending: [CustomerQuestion(customerId: Samples.customer)],
                answered: Samples.answers()
            ) { try await $0.customers("a").customer($1) },
            RoundTrip(
                .customers, "revokeSession",
                sending: [
                    SessionRevocationRequest(
                        sessionId: session, customerId: Samples.customer, expiresAt: Samples.now)
                ],
                answered: [Acknowledgement()]
            ) { try await $0.customers("a").revokeSession($1) },
            RoundTrip(
                .customers, "sessionStanding", sending: [SessionQuestion(sessionId: session)],
                answered: [SessionStanding(isRevoked: true), SessionStanding(isRevoked: false)]
            ) { try await $0.customers("a").sessionStanding($1) },
            RoundTrip(
                .customers, "revocations",
                sending: [RevocationFeedRequest(), RevocationFeedRequest(since: Samples.now)],
                answered: [
                    RevocationFeedResponse(revocations: [], cursor: Samples.now),
                    RevocationFeedResponse(
                        revocations: [SessionRevocation(sessionId: session, revokedAt: Samples.now)],
                        cursor: Samples.now),
                ]
            ) { try await $0.customers("a").revocations($1) },
        ]
    }

    private static func channel() -> [RoundTrip] {
        [
            RoundTrip(
                .channel, "channel", sending: [ChannelQuestion(performanceId: Samples.performance)],
                answered: [
                    ChannelResource(
                        performanceId: Samples.performance, viewerCount: 8_000, position: Samples.position),
                    ChannelResource(performanceId: Samples.performance, viewerCount: 0),
                ]
            ) { try await $0.channel(Samples.performance).channel($1) }
        ]
    }
}
