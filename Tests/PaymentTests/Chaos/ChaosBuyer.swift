import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

/// A buyer of a play: the steps that are still to come, and what the process that takes them has in hand.
struct ChaosBuyer {
    let script: ChaosScript.Buyer
    let order: OrderResource
    private(set) var attempt: PaymentAttempt?
    private let customer: CustomerID
    private let seats: [SeatIndex]
    private let bank: ChaosScript.Bank
    private var steps: ArraySlice<ChaosStep>
    private var reply: PaymentObservation?
    private var refund: RefundID?
    private var answer: (attempt: RefundAttempt, status: ProviderRefundStatus)?

    /// Somebody who holds the seats and has an order of them.
    init(
        _ script: ChaosScript.Buyer, seats: [SeatIndex], in sale: Sale, on stage: Stage,
        with service: any ChaosProvider
    ) async throws {
        self.script = script
        self.seats = seats
        bank = service.bank(of: script)
        steps = ChaosStep.all(of: script, whoseBank: bank)
        customer = try await stage.makeCustomer()
        order = try await stage.order(seats, of: customer, in: sale)
    }

    // MARK: Steps

    var isDone: Bool { steps.isEmpty }

    /// Whether the next step is for later: nobody gives back what is not paid yet, and a bank sends money back days
    /// after everybody knew that it had arrived.
    func isWaiting(on stage: Stage) async throws -> Bool {
        guard let next = steps.first else { return false }
        switch next {
        case .ask: return try await stage.current(order).tickets.isEmpty
        case .bankActs where bank == .sendsBack:
            return try await refunds(on: stage).contains { $0.state != .made }
        case .begin, .start, .settle, .decide, .make, .book, .bankActs: return false
        }
    }

    /// Takes the next step.
    mutating func takeStep(in sale: Sale, on stage: Stage, with service: any ChaosProvider) async throws {
        guard let step = steps.popFirst() else { return }
        switch step {
        case .begin:
            attempt = try await stage.begin(order, of: customer, by: service.token(of: script), key: "chaos").attempt
        case .start:
            let status = try await service.provider.start(ProviderCharge(begun()), deadline: .now + .seconds(30))
            reply = script.card == .lostReply ? .unknown : status.observation
        case .settle:
            guard let reply else { throw StageFailure("the provider was not asked") }
            _ = try await stage.settlement.settle(begun(), by: reply)
        case .decide: try await service.decide(begun().paymentID, by: script.card)
        case .ask(let wish): refund = try await ask(wish, in: sale, on: stage)
        case .make: answer = try await make(on: stage, by: service.provider)
        case .book: try await book(in: sale, on: stage)
        case .bankActs: try await service.letBankAct(bank, on: begun().paymentID)
        }
    }

    private func begun() throws -> PaymentAttempt {
        guard let attempt else { throw StageFailure("no payment was begun") }
        return attempt
    }

    private func ask(_ wish: ChaosScript.Refund, in sale: Sale, on stage: Stage) async throws -> RefundID {
        let tickets = try await stage.current(order).tickets.map(\.ticketId)
        let answer = try await stage.refund(
            order.orderId, wish.place.map { [tickets[$0]] },
            of: wish.asker == .customer ? customer : sale.organizerID, as: wish.asker)
        guard answer.status == 201 else { throw StageFailure("no refund: \(answer.text)") }
        return try answer.refund.refundId
    }

    private func make(
        on stage: Stage, by provider: any PaymentProvider
    ) async throws -> (attempt: RefundAttempt, status: ProviderRefundStatus) {
        guard let refund, let attempt = try await stage.refunds.claim(refund, leaseSeconds: 30) else {
            throw StageFailure("the refund is pending no more")
        }
        let status = try await provider.refund(
            ProviderRefund(refundID: attempt.key, charge: ProviderCharge(attempt.payment), amount: attempt.amount))
        return (attempt, status)
    }

    private func book(in sale: Sale, on stage: Stage) async throws {
        guard let answer else { throw StageFailure("the provider was not asked") }
        guard let observation = answer.status.observation else { return }
        _ = try await stage.door.submit(
            RefundSettleBatch.Item(
                refundID: answer.attempt.refundID, key: answer.attempt.key, observation: observation),
            to: RefundSettleBatch.self, in: sale.performanceID)
    }

    // MARK: What others do

    /// What reconciliation does with an open payment, once whoever began it has had its lease, and with refunds that
    /// are due.
    func lookAfter(on stage: Stage) async throws {
        guard let id = attempt?.paymentID else { return }
        for _ in 0..<3 {
            guard let attempt = try await stage.payments.payment(id), attempt.isOpen else { break }
            try await stage.settlement.lookAfter(attempt, mayBeOnItsWay: false)
        }
        for refund in try await stage.refunds.withNews(of: id) where refund.state == .pending {
            try await stage.givingBack.make(refund)
        }
    }

    /// A bank that takes its time is through with everything.
    func letBankFinish(with service: any ChaosProvider) async throws {
        guard bank == .takesLater else { return }
        try await service.letBankAct(bank, on: begun().paymentID)
    }

    /// An operator has refused refunds tried again, where the script says so.
    func haveRefundsTriedAgain(on stage: Stage) async throws {
        guard script.isTriedAgain else { return }
        for refund in try await refunds(on: stage) where refund.state == .refused {
            #expect(try await stage.refunds.retry(refund.refundId) == 1)
        }
    }

    private func refunds(on stage: Stage) async throws -> [RefundResource] {
        try await stage.refunds.refunds(of: [order.orderId])[order.orderId] ?? []
    }

    // MARK: What it came to

    /// A line: order, payments, tickets, refunds, seats, and what the provider has; nothing that differs between two
    /// runs.
    func outcome(_ map: PackedSeatStates, on stage: Stage, with service: any ChaosProvider) async throws -> String {
        let now = try await stage.told(order.orderId, of: customer)
        let charged = now.payments.filter { [.succeeded, .refunding, .refunded].contains($0.state) }
        let chargedMinor = charged.reduce(0) { $0 + $1.amount.amountMinor }
        let givenBackMinor = now.refunds.filter { $0.state == .made }.reduce(0) { $0 + $1.amount.amountMinor }
        let kept = try await service.kept(of: begun().paymentID)
        #expect(charged.isEmpty == !script.pays, "\(script.card), \(script.death)")
        #expect(kept == chargedMinor - givenBackMinor, "the provider has \(kept)")
        let payments = now.payments.map { "\($0.state.rawValue) \($0.declineCode ?? "")" }
        let tickets = now.tickets.map { "\($0.seatIndex) \($0.state.rawValue)" }
        let refunds = now.refunds.map { "\($0.state.rawValue) \($0.amount.amountMinor) for \($0.reason.rawValue)" }
        let states = seats.map { "\($0) \(map[Int($0)])" }
        return "\(now.state.rawValue), refunded \(now.refunded.amountMinor); payments \(payments); tickets \(tickets); "
            + "refunds \(refunds); seats \(states); the provider has \(kept)"
    }
}
