import LedgerStore
import Postgres
import Testing
import Ticketing
import Wire

@testable import Payment

/// One run of a script: in order, each message once; or in chaos. Nothing of it depends on time or chance but by the
/// seed, so that a run can be seen again.
struct ChaosPlay {
    private enum Step: CaseIterable {
        case begin
        case start
        case settle
        case decide
    }

    private struct Buyer {
        let script: ChaosScript.Buyer
        let customer: CustomerID
        let order: OrderResource
        var steps = Step.allCases[...]
        var attempt: PaymentAttempt?
        var reply: PaymentObservation?
    }

    private static let weekSeconds: Int64 = 604_800

    private let stage: Stage
    private let service: any ChaosProvider
    private let sale: Sale
    private var buyers: [Buyer]
    private var random: ChaosRandom
    private var now = Timestamp.now

    init(_ script: ChaosScript, on stage: Stage, with service: any ChaosProvider) async throws {
        self.stage = stage
        self.service = service
        random = ChaosRandom(seed: script.seed ^ 0xC0FFEE)
        sale = try await stage.makeSale(seatCount: 2 * ChaosScript.buyersMax + 10)
        buyers = []
        for (place, buyer) in script.buyers.enumerated() {
            let customer = try await stage.makeCustomer()
            let seats = (0..<buyer.seatCount).map { SeatIndex(2 * place + $0) }
            let order = try await stage.order(seats, of: customer, in: sale)
            buyers.append(Buyer(script: buyer, customer: customer, order: order))
        }
    }

    // MARK: Two ways through

    /// Everybody one after the other, and each message once, as soon as it is there.
    mutating func inOrder() async throws -> [String] {
        for place in buyers.indices {
            while try await takeStep(of: place) {
                for message in try await newMessages() { try await deliver(message) }
            }
        }
        try await lookAfterAll()
        try await letAWeekPass()
        try await lookAfterAll()
        return try await outcome()
    }

    /// Everybody at once; each message one to five times, in any order, some a week late; and what nobody should send.
    mutating func inChaos() async throws -> [String] {
        var soon: [ChaosMessage] = []
        var late: [ChaosMessage] = []
        while true {
            let walking = buyers.indices.filter { !buyers[$0].steps.isEmpty }
            if walking.isEmpty, soon.isEmpty { break }
            if let place = walking.randomElement(using: &random), soon.isEmpty || random.isOne(in: 3) {
                _ = try await takeStep(of: place)
                for message in try await newMessages() {
                    for _ in 0..<Int.random(in: 1...5, using: &random) {
                        if random.isOne(in: 4) { late.append(message) } else { soon.append(message) }
                    }
                }
            } else if !soon.isEmpty {
                let message = soon.remove(at: Int.random(in: soon.indices, using: &random))
                try await deliver(message)
            }
            if random.isOne(in: 2) { try await deliverWhatNobodyShouldSend(after: soon + late) }
        }
        try await lookAfterAll()
        try await letAWeekPass()
        late.shuffle(using: &random)
        for message in late {
            try await deliver(message, times: Int.random(in: 1...2, using: &random))
            if random.isOne(in: 3) { try await deliverWhatNobodyShouldSend(after: late) }
        }
        try await lookAfterAll()
        return try await outcome()
    }

    // MARK: What a buyer, the service and the provider do

    /// One step of a buyer; false when there is none left.
    private mutating func takeStep(of place: Int) async throws -> Bool {
        guard let step = buyers[place].steps.popFirst() else { return false }
        let buyer = buyers[place]
        switch step {
        case .begin:
            buyers[place].attempt = try await stage.begin(
                buyer.order, of: buyer.customer, by: service.token(of: buyer.script.card), key: "chaos"
            ).attempt
            if buyer.script.death == .beforeStart { buyers[place].steps = [] }
        case .start:
            let attempt = try #require(buyer.attempt)
            let status = try await service.provider.start(ProviderCharge(attempt), deadline: .now + .seconds(30))
            buyers[place].reply = buyer.script.card == .lostReply ? .unknown : status.observation
        case .settle:
            if buyer.script.death != .beforeSettling, let attempt = buyer.attempt, let reply = buyer.reply {
                _ = try await stage.settlement.settle(attempt, by: reply)
            }
        case .decide:
            guard let payment = buyer.attempt?.paymentID else { break }
            if buyer.script.card == .approvedAtBank { try await service.decide(payment, isApproved: true) }
            if buyer.script.card == .declinedAtBank { try await service.decide(payment, isApproved: false) }
        }
        return true
    }

    private func newMessages() async throws -> [ChaosMessage] {
        try await service.messages(about: buyers.compactMap { $0.attempt?.paymentID })
    }

    /// What reconciliation does with each open payment, once whoever began it has had its lease.
    private func lookAfterAll() async throws {
        for buyer in buyers {
            guard let id = buyer.attempt?.paymentID else { continue }
            for _ in 0..<3 {
                guard let attempt = try await stage.payments.payment(id), attempt.isOpen else { break }
                try await stage.settlement.lookAfter(attempt, mayBeOnItsWay: false)
            }
            for refund in try await stage.refunds.withNews(of: id) where refund.state == .pending {
                try await stage.givingBack.make(refund)
            }
        }
    }

    private mutating func letAWeekPass() async throws {
        now = now.advanced(bySeconds: Self.weekSeconds)
        let performance = "performance_id = '\(sale.performanceID)'"
        try await stage.pool.executeScript(
            """
            UPDATE hold SET created_at = created_at - interval '1 week', expires_at = expires_at - interval '1 week',
                extended_until = extended_until - interval '1 week' WHERE \(performance);
            UPDATE payment SET created_at = created_at - interval '1 week',
                frozen_until = frozen_until - interval '1 week' WHERE \(performance);
            UPDATE seat SET held_until = held_until - interval '1 week' WHERE \(performance)
            """)
        for hold in buyers.flatMap(\.order.holdIds) {
            _ = try await stage.door.expire(hold, in: sale.performanceID)
        }
    }

    // MARK: Messages

    /// A true message, which has to be taken; several at once now and then.
    private mutating func deliver(_ message: ChaosMessage, times: Int = 1) async throws {
        let seconds = now.unixMicroseconds / 1_000_000
        let command = self.command(message.body, service.signature(of: message.body, at: seconds, isForged: false))
        let (webhooks, time) = (stage.webhooks, now)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<times {
                group.addTask { try await webhooks.receive(command, at: time, requestID: nil).status }
            }
            for try await status in group { #expect(status == 204) }
        }
    }

    /// Forged, changed, stale, or about somebody else's payment.
    private mutating func deliverWhatNobodyShouldSend(after known: [ChaosMessage]) async throws {
        guard let victim = buyers.compactMap({ $0.attempt?.paymentID }).randomElement(using: &random) else { return }
        let seconds = now.unixMicroseconds / 1_000_000
        let body = try known.randomElement(using: &random)?.body ?? service.claim(of: victim)
        let attack: (body: [UInt8], signature: String, status: Int)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: attack = (body, service.signature(of: body, at: seconds, isForged: true), 403)
        case 1:
            var changed = body
            changed[Int.random(in: changed.indices, using: &random)] ^= 1
            attack = (changed, service.signature(of: body, at: seconds, isForged: false), 403)
        case 2:
            let age = Int64.random(in: 301...Self.weekSeconds, using: &random)
            attack = (body, service.signature(of: body, at: seconds - age, isForged: false), 403)
        case 3:
            // Signed by the provider, yet not so: whoever believed it would give seats away.
            let lie = try service.claim(of: victim)
            attack = (lie, service.signature(of: lie, at: seconds, isForged: false), 204)
        default:
            let ofNobody = try service.claim(of: PaymentID(high: random.next(), low: random.next()))
            attack = (ofNobody, service.signature(of: ofNobody, at: seconds, isForged: false), 204)
        }
        let answer = try await stage.webhooks.receive(
            command(attack.body, attack.signature), at: now, requestID: nil)
        #expect(answer.status == attack.status)
    }

    private func command(_ body: [UInt8], _ signature: String) -> WebhookCommand {
        WebhookCommand(provider: service.provider.name, signature: signature, body: base64(body))
    }

    // MARK: What it came to

    /// A line for each buyer: order, payments, seats, and what the provider has; nothing that differs between two runs.
    private func outcome() async throws -> [String] {
        var lines: [String] = []
        for buyer in buyers {
            let order = try await stage.current(buyer.order)
            let payments = order.payments.map { "\($0.state.rawValue) \($0.declineCode ?? "")" }
            let tickets = order.tickets.map { "\($0.seatIndex) \($0.state.rawValue)" }
            let kept = try await service.kept(of: try #require(buyer.attempt).paymentID)
            #expect(kept == (order.state == .paid ? order.total.amountMinor : 0), "the provider has \(kept)")
            lines.append(
                "\(order.state.rawValue), refunded \(order.refunded.amountMinor); payments \(payments); "
                    + "tickets \(tickets); the provider has \(kept)")
        }
        return lines
    }
}
