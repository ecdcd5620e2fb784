import Courier
import Crypto
import LedgerStore
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `An organizer's webhook` {
    private struct Seen: Sendable {
        let signature: String
        let body: String
    }

    /// What stands at the organizer's address; it answers as the test says.
    private final class Receiver: Sendable {
        let seen = Mutex<[Seen]>([])
        let status = Mutex(200)

        func serve(_ conversation: LineServer.Conversation) {
            var signature = ""
            var length = 0
            while let line = conversation.line(), !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1).map { String($0) }
                guard parts.count == 2 else { continue }
                let value = String(parts[1].drop { $0 == " " })
                if parts[0] == "Box-Office-Signature" { signature = value }
                if parts[0] == "Content-Length" { length = Int(value) ?? 0 }
            }
            let body = String(decoding: conversation.bytes(length), as: UTF8.self)
            seen.withLock { $0.append(Seen(signature: signature, body: body)) }
            conversation.send("HTTP/1.1 \(status.withLock { $0 }) x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
    }

    private static let keys = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]

    private func withWebhook(
        addresses: WebhookAddress? = nil,
        _ body: @Sendable (Stage, Sale, Receiver, DeliveryWorker, WebhookEndpointID) async throws -> Void
    ) async throws {
        let receiver = Receiver()
        let server = try LineServer { receiver.serve($0) }
        defer { server.stop() }
        let courier = Courier()
        let loopback = try #require(NetworkRange("127.0.0.1"))
        let consumer = WebhookConsumer(
            courier: courier, signature: OrganizerSignature(keys: Self.keys),
            addresses: addresses ?? WebhookAddress(exceptions: [loopback], allowsClearText: true))
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let endpoint = WebhookEndpointID(at: .now)
            _ = try await stage.messages.addWebhook(
                WebhookEndpointName.name(of: endpoint), kinds: MessageKind.allCases, organizer: sale.organizerID,
                url: "http://127.0.0.1:\(server.port)/hook?a=b")
            try await body(stage, sale, receiver, stage.worker(consumer), endpoint)
        }
        try await courier.stop()
    }

    @Test func `is told what happened, signed with both keys over the raw bytes`() async throws {
        try await withWebhook { stage, sale, receiver, worker, endpoint in
            let customer = try await stage.makeCustomer()
            let order = try await stage.paidOrder([0, 1], of: customer, in: sale)
            while await worker.pass() > 0 {}

            let seen = receiver.seen.withLock { $0 }
            let notices = try seen.map { try WireJSON.decode(OrganizerNotice.self, from: Array($0.body.utf8)) }
            #expect(notices.map(\.type) == [.orderPaid, .ticketsIssued])
            #expect(notices.allSatisfy { $0.orderId == order && $0.performanceId == sale.performanceID })
            #expect(notices[0].amount == Money(amountMinor: 104_000, currency: "KRW") && notices[0].seatCount == 2)

            for key in Self.keys {
                let secret = OrganizerSignature(keys: [key]).secret(of: endpoint)
                for call in seen { #expect(Self.verifies(call, secret: secret)) }
            }
            let foreign = OrganizerSignature(keys: [Self.keys[0]]).secret(of: WebhookEndpointID(at: .now))
            #expect(!Self.verifies(seen[0], secret: foreign))
            #expect(!Self.verifies(Seen(signature: seen[0].signature, body: seen[0].body + " "), secret: foreign))
        }
    }

    /// As an organizer would do it, from the scheme's description alone.
    private static func verifies(_ call: Seen, secret: String) -> Bool {
        let parts = call.signature.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        guard let time = parts.first(where: { $0[0] == "t" })?[1] else { return false }
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(time).\(call.body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        let hexadecimal = Hexadecimal.text(of: code)
        return parts.contains { $0[0] == "v1" && $0[1] == hexadecimal }
    }

    @Test func `that refuses is told again, in order, and its story is kept`() async throws {
        try await withWebhook { stage, sale, receiver, worker, endpoint in
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            receiver.status.withLock { $0 = 503 }
            for _ in 0..<2 {
                _ = await worker.pass()
                try await stage.letPausesEnd()
            }
            receiver.status.withLock { $0 = 204 }
            while await worker.pass() > 0 { try await stage.letPausesEnd() }
            let types = try receiver.seen.withLock { $0 }
                .map { try WireJSON.decode(OrganizerNotice.self, from: Array($0.body.utf8)).type }
            #expect(types == [.orderPaid, .orderPaid, .orderPaid, .ticketsIssued])
            let name = WebhookEndpointName.name(of: endpoint)
            let story = try #require(try await stage.messages.stories(of: 1).first { $0.consumer == name })
            #expect(story.story.map(\.succeeded) == [false, false, true])
            #expect(story.story[0].detail.contains("503"))

            // Sent again by command, with the id that it had.
            #expect(try await stage.messages.replay(name, from: 1, through: 1) == 1)
            #expect(await worker.pass() == 1)
            let bodies = receiver.seen.withLock { $0 }.map(\.body)
            #expect(bodies.last == bodies.first)
        }
    }

    @Test func `that leads to our own network is not reached, whatever it was when it was given`() async throws {
        let forbidding = WebhookAddress(exceptions: [], allowsClearText: true)
        try await withWebhook(addresses: forbidding) { stage, sale, receiver, worker, _ in
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            #expect(await worker.pass() == 1)
            #expect(receiver.seen.withLock { $0.isEmpty })
            #expect(
                try await stage.column(
                    "SELECT last_error FROM delivery WHERE consumer LIKE 'webhook:%' AND attempts > 0")
                    == ["nothing may be sent to the address's host"])
        }
    }

    @Test func `that was removed is told nothing more, not even what waits`() async throws {
        try await withWebhook { stage, sale, receiver, worker, endpoint in
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            let name = WebhookEndpointName.name(of: endpoint)
            #expect(try await stage.messages.removeWebhook(name))
            #expect(try await !stage.messages.removeWebhook(name))
            #expect(try await !stage.messages.removeWebhook("mail"))
            try await stage.paidOrder([1], of: customer, in: sale)
            #expect(await worker.pass() == 0)
            #expect(receiver.seen.withLock { $0.isEmpty })
            #expect(try await stage.deliveries.load()[.webhook] == nil)
        }
    }
}
