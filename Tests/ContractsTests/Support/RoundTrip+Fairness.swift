import Contracts
import Ticketing
import Wire

extension RoundTrip {
    static func fairness() throws -> [RoundTrip] {
        let place = WaitingListQuestion(performanceId: Samples.performance, customerId: Samples.customer)
        let sales = PerformanceSalesRequest(
            performanceId: Samples.performance, organizerId: Samples.customer, isAdmin: true)
        let rule = FairnessRuleResource(
            coolDownSecondsMax: 60, seatsPerInstrumentMax: 4, waitingListOfferSeconds: 120)
        return try [
            RoundTrip(
                .fairness, "joinWaitingList",
                sending: [
                    WaitingListCommand(
                        place: place, wish: WaitingListRequest(priceLevelId: Samples.text, quantity: 2)),
                    WaitingListCommand(
                        place: place, wish: WaitingListRequest(quantity: 1), admissionToken: Samples.text),
                ], answered: Samples.answers()
            ) { try await $0.fairness(Samples.performance).joinWaitingList($1) },
            RoundTrip(.fairness, "waitingListEntry", sending: [place], answered: Samples.answers()) {
                try await $0.fairness(Samples.performance).waitingListEntry($1)
            },
            RoundTrip(.fairness, "leaveWaitingList", sending: [place], answered: Samples.answers()) {
                try await $0.fairness(Samples.performance).leaveWaitingList($1)
            },
            RoundTrip(.fairness, "rule", sending: [sales], answered: Samples.answers()) {
                try await $0.fairness(Samples.performance).rule($1)
            },
            RoundTrip(
                .fairness, "changeRule",
                sending: [
                    FairnessRuleCommand(sales: sales, rule: rule),
                    FairnessRuleCommand(sales: sales, rule: FairnessRuleResource()),
                ], answered: Samples.answers()
            ) { try await $0.fairness(Samples.performance).changeRule($1) },
        ]
    }
}
