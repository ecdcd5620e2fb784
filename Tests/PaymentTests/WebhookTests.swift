import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A webhook` {
    private func command(
        _ stage: Stage, _ payment: PaymentID, signedAt time: Timestamp = .now, forgedBy key: WebhookSignature? = nil,
        changing change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> WebhookCommand {
        var body = try WireJSON.encode(SandboxMessage(id: "m", type: "payment.succeeded", paymentId: payment))
        let signature = (key ?? stage.signature).sign(body, at: time)
        change(&body)
        return WebhookCommand(provider: "sandbox", signature: signature, body: base64(body))
    }

    @Test func `settles a charge, and its duplicates change nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply")
            let payment = try #require(try answer.order.payments.first).paymentId

            try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await stage.webhooks.receive(try command(stage, payment), at: .now, requestID: nil)
                    }
                }
                for try await answer in group { #expect(answer.status == 204) }
            }

            #expect(try await stage.current(order).state == .paid)
            #expect(try await stage.ledger("SELECT count(*) FROM ticket") == "1")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that comes before our own commit settles once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer, key: "k").attempt)
            let status = try await stage.sandbox.start(
                ProviderCharge(attempt),
                deadline: .now + .seconds(5))

            let knock = try await stage.webhooks.receive(
                try command(stage, attempt.paymentID), at: .now, requestID: nil)
            let settled = try await stage.settlement.settle(attempt, by: status.observation)

            #expect(knock.status == 204)
            #expect(settled.decision == .settled)
            #expect(settled.storedAnswer?.status == 201)
            #expect(try await stage.current(order).state == .paid)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `about a payment that is on its way to the provider does not end it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer, key: "k").attempt)

            let knock = try await stage.webhooks.receive(
                try command(stage, attempt.paymentID), at: .now, requestID: nil)
            let status = try await stage.sandbox.start(ProviderCharge(attempt), deadline: .now + .seconds(5))

            #expect(knock.status == 204)
            #expect(status == .succeeded(reference: "sandbox-\(attempt.paymentID)"))
            #expect(try await stage.settlement.settle(attempt, by: status.observation).decision == .sold)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that says what is not so is not believed`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_requires_action")
            let payment = try #require(try answer.order.payments.first).paymentId

            let knock = try await stage.webhooks.receive(try command(stage, payment), at: .now, requestID: nil)

            #expect(knock.status == 204)
            #expect(try await stage.current(order).state == .pending)
        }
    }

    @Test func `that is forged, changed, stale or of nobody does nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply")
            let payment = try #require(try answer.order.payments.first).paymentId
            let stranger = WebhookSignature(
                keys: [WebhookSignature.Key(id: "test", secret: [UInt8](repeating: 8, count: 32))])
            let now = Timestamp.now

            let refused = [
                try command(stage, payment, forgedBy: stranger),
                try command(stage, payment) { $0[$0.count - 3] ^= 1 },
                try command(stage, payment, signedAt: now.advanced(bySeconds: -301)),
                try command(stage, payment, signedAt: now.advanced(bySeconds: 302)),
                WebhookCommand(provider: "sandbox", signature: "", body: ""),
                WebhookCommand(provider: "sandbox", signature: "t=1,k=test,v1=zz", body: "e30="),
                WebhookCommand(provider: "sandbox", signature: "t=1", body: "not base64!"),
            ]
            for command in refused {
                let status = try await stage.webhooks.receive(command, at: now, requestID: nil).status
                #expect(status == 403 || status == 400)
            }
            let unknown = WebhookCommand(provider: "nobody", signature: "", body: "")
            #expect(try await stage.webhooks.receive(unknown, at: now, requestID: nil).status == 404)
            let ofNobody = try command(stage, PaymentID(at: now))
            #expect(try await stage.webhooks.receive(ofNobody, at: now, requestID: nil).status == 204)
            #expect(try await stage.current(order).state == .pending)
        }
    }

    @Test func `is delivered by one of several senders, and tried again until it is taken`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_duplicate_webhook")

            let claimed = try await withThrowingTaskGroup(of: [SandboxWebhook].self) { group in
                for _ in 0..<4 { group.addTask { try await stage.book.claimWebhooks(limit: 2, leaseSeconds: 60) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 3)
            #expect(Set(claimed.map(\.id)).count == 3)

            try await stage.book.webhookDelivered(claimed[0])
            try await stage.book.webhookFailed(claimed[1], retryAfterSeconds: 0)
            let again = try await stage.book.claimWebhooks(limit: 10, leaseSeconds: 60)
            #expect(again.map(\.id) == [claimed[1].id])
            #expect(again.map(\.attempts) == [2])
        }
    }
}
