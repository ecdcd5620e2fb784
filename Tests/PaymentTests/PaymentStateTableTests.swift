import Ledger
import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A payment's life` {
    private enum Event: CaseIterable {
        case sold, gone, declined, cancelled, actionRequired, answerLost

        var observation: PaymentObservation {
            switch self {
            case .sold, .gone: .succeeded(reference: "r")
            case .declined: .declined(code: "no")
            case .cancelled: .cancelled
            case .actionRequired: .requiresAction(url: "/there")
            case .answerLost: .unknown
            }
        }

        func happen(to machine: inout PaymentStateMachine) -> PaymentStateMachine.Action {
            switch self {
            case .sold: machine.chargeSucceeded(seatsCanBeSold: true)
            case .gone: machine.chargeSucceeded(seatsCanBeSold: false)
            case .declined: machine.chargeDeclined()
            case .cancelled: machine.chargeCancelled()
            case .actionRequired: machine.actionRequired()
            case .answerLost: machine.answerLost()
            }
        }
    }

    /// What the machine's action means in the ledger's words.
    private func decision(_ action: PaymentStateMachine.Action, _ state: PaymentState) -> PaymentSettlement.Decision {
        switch action {
        case .sell: .sold
        case .oweRefund: .refundDue
        case .giveDeadlineBack: state == .declined ? .declined : .cancelled
        case .wait: .waiting
        case .nothing: .settled
        }
    }

    @Test func `is the same in the ledger for every state and event`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatCount: 200, seatsPerCustomerMax: 1_000)
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            var seat: SeatIndex = 0
            for state in PaymentState.allCases {
                for event in Event.allCases {
                    let order = try await stage.order([seat], of: customer, in: sale)
                    let attempt = try #require(
                        try await stage.begin(order, of: customer, key: "\(state) \(event)").attempt)
                    try await stage.ledger(
                        "UPDATE payment SET state = '\(state.rawValue)' WHERE payment_id = '\(attempt.paymentID)'")
                    if event == .gone {
                        try await stage.ledger(
                            "UPDATE seat SET held_until = clock_timestamp() WHERE seat_index = \(seat)")
                        #expect(try await stage.hold([seat], of: rival, in: sale) != nil)
                    }
                    var machine = PaymentStateMachine(state: state)
                    let action = event.happen(to: &machine)

                    var random = SystemRandomNumberGenerator()
                    let ids = SettlementIDs(seatCount: 1, at: .now, random: &random)
                    let settled = try await stage.door.submit(
                        PaymentSettleBatch.Item(
                            paymentID: attempt.paymentID, observation: event.observation, tickets: ids.tickets,
                            transferIDs: ids.transfers, refundID: ids.refund, extensionSeconds: 60,
                            answer: { try PaymentAnswer.answer(to: $0, requestID: nil) }),
                        to: PaymentSettleBatch.self, in: sale.performanceID)

                    #expect(settled.paymentState == machine.state, "\(state), \(event)")
                    #expect(settled.decision == decision(action, machine.state), "\(state), \(event)")
                    seat += 1
                }
            }
        }
    }

    @Test func `writes in the ledger what the rules of posting say`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0, 1], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)

            let written = try await stage.ledger(
                """
                SELECT d.kind, c.kind, t.amount_minor FROM transfer t
                JOIN account d ON d.account_id = t.debit_account_id JOIN account c ON c.account_id = t.credit_account_id
                ORDER BY t.amount_minor DESC
                """)
            let rules = LedgerPosting.sale(
                price: TaxedAmount(gross: Money(amountMinor: 100_000, currency: "KRW"), basisPoints: 0),
                serviceFee: TaxedAmount(gross: Money(amountMinor: 4_000, currency: "KRW"), basisPoints: 0))
            #expect(
                written
                    == rules.map { "\($0.debit.rawValue)|\($0.credit.rawValue)|\($0.amount.amountMinor)" }
                    .joined(separator: "\n"))
        }
    }

    @Test func `waits only while its outcome is open`() {
        for state in PaymentState.allCases {
            var machine = PaymentStateMachine(state: state)
            if machine.actionRequired() == .wait { #expect(state.isUnsettled) }
            machine = PaymentStateMachine(state: state)
            if machine.chargeDeclined() == .giveDeadlineBack { #expect(state.isUnsettled) }
        }
    }
}
