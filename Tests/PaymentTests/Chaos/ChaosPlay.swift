import LedgerStore
import Postgres
import Testing
import Ticketing
import Wire

@testable import Payment

/// One run of a script: in order, each message once; or in chaos. Nothing of it depends on time or chance but by the
/// seed, so that a run can be seen again.
struct ChaosPlay {
    private static let weekSeconds: Int64 = 604_800
    /// Nothing but the week ends a freeze, however slow the machine is.
    private static let paymentSeconds = 600

    private let stage: Stage
    private let service: any ChaosProvider
    private let sale: Sale
    private var buyers: [ChaosBuyer]
    private var post = ChaosPost()
    private var random: ChaosRandom
    private var now = Timestamp.now

    init(_ script: ChaosScript, on stage: Stage, with service: any ChaosProvider) async throws {
        self.stage = stage
        self.service = service
        random = ChaosRandom(seed: script.seed ^ 0xC0FFEE)
        sale = try await stage.makeSale(
            seatCount: 2 * ChaosScript.buyersMax + 10, paymentSeconds: Self.paymentSeconds)
        buyers = []
        try await stage.offerRefunds(in: sale, withFee: script.givesFeeBack, seats: script.refundedSeats)
        for (place, buyer) in script.buyers.enumerated() {
            let seats = (0..<buyer.seatCount).map { SeatIndex(2 * place + $0) }
            buyers.append(try await ChaosBuyer(buyer, seats: seats, in: sale, on: stage, with: service))
        }
    }

    // MARK: Two ways through

    /// Everybody one after the other, and each message once, as soon as it is there.
    mutating func inOrder() async throws -> [String] {
        for place in buyers.indices {
            while !buyers[place].isDone {
                if try await buyers[place].isWaiting(on: stage) { try await lookAfterAll() }
                try await takeStep(of: place)
                try await deliverNews()
            }
        }
        try await lookAfterAll()
        try await letBanksFinish()
        try await letAWeekPass()
        try await deliverNews()
        try await lookAfterAll()
        try await haveRefundsTriedAgain()
        try await lookAfterAll()
        try await deliverNews()
        return try await outcome()
    }

    /// Everybody at once; each message one to five times, in any order, some a week late; and what nobody should send.
    mutating func inChaos() async throws -> [String] {
        while true {
            var ready = try await buyersWhoCanGoOn()
            if ready.isEmpty, post.soon.isEmpty {
                if buyers.allSatisfy(\.isDone) { break }
                // Whatever would tell them comes late: reconciliation is there before.
                try await lookAfterAll()
                ready = try await buyersWhoCanGoOn()
                guard !ready.isEmpty else { throw StageFailure("buyers wait for what never comes") }
            }
            if let place = ready.randomElement(using: &random), post.soon.isEmpty || random.isOne(in: 3) {
                try await takeStep(of: place)
                let news = try await newMessages()
                post.add(news, using: &random)
            } else if let message = post.next(using: &random) {
                try await deliver(message)
            }
            if random.isOne(in: 2) { try await deliverWhatNobodyShouldSend(after: post.soon + post.late) }
        }
        try await lookAfterAll()
        try await letBanksFinish()
        let news = try await newMessages()
        post.delay(news)
        try await letAWeekPass()
        let late = post.late.shuffled(using: &random)
        for message in late {
            let times = Int.random(in: 1...2, using: &random)
            try await deliver(message, times: times)
            if random.isOne(in: 3) { try await deliverWhatNobodyShouldSend(after: late) }
        }
        try await lookAfterAll()
        try await haveRefundsTriedAgain()
        // What they say of a refund's first key is old by now, before the second one is heard of and after.
        for message in late {
            if random.isOne(in: 3) { try await deliver(message) }
        }
        try await lookAfterAll()
        for message in late {
            if random.isOne(in: 3) { try await deliver(message) }
        }
        try await deliverNews()
        return try await outcome()
    }

    // MARK: What buyers, the service, banks and operators do

    private func buyersWhoCanGoOn() async throws -> [Int] {
        var places: [Int] = []
        for (place, buyer) in buyers.enumerated() where !buyer.isDone {
            if try await !buyer.isWaiting(on: stage) { places.append(place) }
        }
        return places
    }

    private mutating func takeStep(of place: Int) async throws {
        var buyer = buyers[place]
        try await buyer.takeStep(in: sale, on: stage, with: service)
        buyers[place] = buyer
    }

    private func lookAfterAll() async throws {
        for buyer in buyers { try await buyer.lookAfter(on: stage) }
    }

    private func letBanksFinish() async throws {
        for buyer in buyers { try await buyer.letBankFinish(with: service) }
    }

    private func haveRefundsTriedAgain() async throws {
        for buyer in buyers { try await buyer.haveRefundsTriedAgain(on: stage) }
    }

    // When money was taken and given back stays: the audit wants messages of what happened since there are any.
    private mutating func letAWeekPass() async throws {
        now = now.advanced(bySeconds: Self.weekSeconds)
        let performance = "performance_id = '\(sale.performanceID)'"
        try await stage.pool.executeScript(
            """
            UPDATE hold SET created_at = created_at - interval '1 week', expires_at = expires_at - interval '1 week',
                extended_until = extended_until - interval '1 week' WHERE \(performance);
            UPDATE payment SET created_at = created_at - interval '1 week',
                frozen_until = frozen_until - interval '1 week' WHERE \(performance);
            UPDATE refund SET created_at = created_at - interval '1 week',
                next_check_at = next_check_at - interval '1 week' WHERE \(performance);
            UPDATE seat SET held_until = held_until - interval '1 week' WHERE \(performance)
            """)
        for hold in buyers.flatMap(\.order.holdIds) {
            _ = try await stage.door.expire(hold, in: sale.performanceID)
        }
    }

    // MARK: Messages

    private func newMessages() async throws -> [ChaosMessage] {
        try await service.messages(about: buyers.compactMap { $0.attempt?.paymentID })
    }

    /// All that there is to tell, and what telling it brings about.
    private func deliverNews() async throws {
        while true {
            let news = try await newMessages()
            if news.isEmpty { return }
            for message in news { try await deliver(message) }
        }
    }

    /// A true message, which has to be taken; several at once now and then.
    private func deliver(_ message: ChaosMessage, times: Int = 1) async throws {
        let command = self.command(message.body, service.proof(of: message.body, at: seconds))
        let (webhooks, time) = (stage.webhooks, now)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<times {
                group.addTask { try await webhooks.receive(command, at: time, requestID: nil).status }
            }
            for try await status in group { #expect(status == 204) }
        }
    }

    /// What proves nothing, what is not so, or what is about somebody else's payment.
    private mutating func deliverWhatNobodyShouldSend(after known: [ChaosMessage]) async throws {
        guard let victim = buyers.compactMap({ $0.attempt?.paymentID }).randomElement(using: &random) else { return }
        let claim = ChaosClaim.allCases.randomElement(using: &random) ?? .paid
        let attack: ChaosAttack
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            // Proved to be the provider's, yet not so: whoever believed it would give seats or money away.
            let lie = try service.body(claim, about: victim)
            attack = ChaosAttack(body: lie, proof: service.proof(of: lie, at: seconds), status: 204)
        case 1:
            let nobody = PaymentID(high: random.next(), low: random.next())
            let ofNobody = try service.body(claim, about: nobody)
            attack = ChaosAttack(body: ofNobody, proof: service.proof(of: ofNobody, at: seconds), status: 204)
        default:
            let body = try known.randomElement(using: &random)?.body ?? service.body(claim, about: victim)
            attack = service.attack(by: body, at: seconds, using: &random)
        }
        let answer = try await stage.webhooks.receive(
            command(attack.body, attack.proof), at: now, requestID: nil)
        #expect(answer.status == attack.status)
    }

    private func command(_ body: [UInt8], _ proof: String) -> WebhookCommand {
        WebhookCommand(provider: service.provider.name, signature: proof, body: base64(body))
    }

    private var seconds: Int64 { now.unixMicroseconds / 1_000_000 }

    // MARK: What it came to

    /// A line for each buyer.
    private func outcome() async throws -> [String] {
        guard let map = try await SeatStateStore(pool: stage.pool).map(of: sale.performanceID) else {
            throw StageFailure("no seats")
        }
        var lines: [String] = []
        for buyer in buyers { lines.append(try await buyer.outcome(map.states, on: stage, with: service)) }
        return lines
    }
}
