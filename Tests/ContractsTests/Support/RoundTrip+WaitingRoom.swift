import Contracts
import Ticketing
import Wire

extension RoundTrip {
    static func waitingRoom() throws -> [RoundTrip] {
        let wish = EntryCommand(performanceId: Samples.performance, customerId: Samples.customer)
        let standing = EntryStanding(
            entryId: EntryID(at: Samples.now), number: .max, turn: 2, enteredAt: Samples.now)
        let answers = [
            EntryAnswer.entered(standing), .known(standing), .noPlace, .noRoom, .saleEnded, .full,
        ]
        let sales = PerformanceSalesRequest(
            performanceId: Samples.performance, organizerId: Samples.customer, isAdmin: true)
        return try [
            RoundTrip(.waitingRoom, "enter", sending: [wish], answered: answers) {
                try await $0.waitingRoom(Samples.performance).enter($1)
            },
            RoundTrip(.waitingRoom, "entry", sending: [wish], answered: answers) {
                try await $0.waitingRoom(Samples.performance).entry($1)
            },
            RoundTrip(.waitingRoom, "follow", sending: questions, answered: lines) {
                try await $0.waitingRoom(Samples.performance).follow($1)
            },
            RoundTrip(.waitingRoom, "watch", sending: questions, answered: lines) {
                try await $0.waitingRoom(Samples.performance).watch($1)
            },
            RoundTrip(
                .waitingRoom, "ranking", sending: [RankingQuestion(performanceId: Samples.performance)],
                answered: [RankingAnswer.numbers("AQAAAA=="), .notRanked]
            ) { try await $0.waitingRoom(Samples.performance).ranking($1) },
            RoundTrip(
                .waitingRoom, "rankedEntries",
                sending: [RankedEntriesRequest(performanceId: Samples.performance, after: 20_000)],
                answered: Samples.answers()
            ) { try await $0.waitingRoom(Samples.performance).rankedEntries($1) },
            RoundTrip(.waitingRoom, "figures", sending: [sales], answered: Samples.answers()) {
                try await $0.waitingRoom(Samples.performance).figures($1)
            },
            RoundTrip(
                .waitingRoom, "change",
                sending: [
                    WaitingRoomCommand(sales: sales, settings: WaitingRoomSettingsRequest(isOn: true)),
                    WaitingRoomCommand(
                        sales: sales,
                        settings: WaitingRoomSettingsRequest(
                            isOn: false, admissionsPerMinuteMax: 1, admissionSeconds: 7_200)),
                ],
                answered: Samples.answers()
            ) { try await $0.waitingRoom(Samples.performance).change($1) },
        ]
    }

    private static var questions: [LineQuestion] {
        [
            LineQuestion(performanceId: Samples.performance, gatewayId: "g"),
            LineQuestion(
                performanceId: Samples.performance, gatewayId: "g", stepsAfter: 7,
                presence: PresenceReport(first: 64, bits: "AQ==", isWhole: true)),
        ]
    }

    private static var lines: [LineAnswer] {
        let young = PublishedWaitingRoomResource(
            performanceId: Samples.performance, state: .gathering, opensAt: Samples.now, seedHash: "00ff")
        let old = PublishedWaitingRoomResource(
            performanceId: Samples.performance, state: .open, opensAt: Samples.now, seedHash: "00ff",
            listHash: "11", listedCount: 2, listedAt: Samples.now, seed: "22", seedPublishedAt: Samples.now,
            rankingUrl: "/v1/x")
        let step = LineStep(sequence: 3, front: 9, admittedCount: 8, steppedAt: Samples.now)
        var lines = [LineAnswer.noRoom]
        for published in [young, old] {
            for seatsLeft in [nil, 5] as [Int?] {
                let standing = LineStanding(
                    published: published, isOn: seatsLeft == nil, entryCount: 100, front: 9, admittedCount: 8,
                    admissionSeconds: 600,
                    forecast: LineForecast(
                        presentAhead: [0, 3, 91], admissionsPerSecond: 12.5, admissionsError: 0.25,
                        leavingPerSecond: 0.001, seatsLeft: seatsLeft, seatsPerAdmission: 1.75, isSoldOut: true),
                    readAt: Samples.now)
                lines.append(.line(standing, steps: seatsLeft == nil ? [] : [step, step]))
            }
        }
        return lines
    }
}
