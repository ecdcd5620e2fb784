import Foundation
import HTTP2
import HTTPTypes
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

@testable import Payment

/// A process of localstripe, and a listener for its webhooks.
struct LocalStripe {
    struct Message: Sendable {
        let signature: String
        let body: [UInt8]
    }

    private final class Inbox: Sendable {
        let messages = Mutex<[Message]>([])
    }

    private struct Object: Decodable {
        let id: String?
        let data: [Refund]?
    }

    private struct Refund: Decodable {
        let amount: Int64
    }

    /// A Python that has localstripe; nil where there is none.
    static var python: String? { ProcessInfo.processInfo.environment["BOXOFFICE_TEST_PYTHON"] }

    let port: Int
    private let inbox: Inbox
    private let client: ProviderClient

    static func with(_ body: (LocalStripe) async throws -> Void) async throws {
        let port = FreePort.find()
        let folder = FileManager.default.temporaryDirectory.appending(path: "localstripe-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = try ChildProcess(
            [python ?? "python3", "-m", "localstripe", "--port", "\(port)", "--from-scratch"], in: folder.path)
        defer {
            process.signal(SIGKILL)
            process.wait()
            try? FileManager.default.removeItem(at: folder)
        }
        let inbox = Inbox()
        var routes = RouteTable()
        routes.on(.post, "/webhooks") { request in
            let signature = request.headerFields[HTTPField.Name("Stripe-Signature")!] ?? ""
            guard let bytes = try? await request.body.collect(upTo: 1_000_000) else {
                return ServerResponse(status: .badRequest)
            }
            inbox.messages.withLock {
                $0.append(Message(signature: signature, body: Array(bytes.readableBytesView)))
            }
            return ServerResponse(status: .noContent)
        }
        let server = HTTPServer(logger: testLogger, handler: routes.handler())
        let webhookPort = try await server.start(
            on: MultiThreadedEventLoopGroup.singleton, host: "127.0.0.1", port: 0)
        let stripe = LocalStripe(port: port, inbox: inbox, client: ProviderClient())
        try await eventually("localstripe answers") {
            (try? await stripe.post(
                "/_config/webhooks/test",
                "url=http://127.0.0.1:\(webhookPort)/webhooks&secret=whsec_standin")) != nil
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(stripe))
        } catch {
            outcome = .failure(error)
        }
        await stripe.client.shutdown()
        await server.shutdown()
        try outcome.get()
    }

    /// A payment method for a card, as Stripe's script would make it.
    func card(number: String) async throws -> String {
        let made = try await post(
            "/v1/payment_methods",
            "type=card&card[number]=\(number)&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123")
        guard let id = made.id else { throw StageFailure("no payment method") }
        return id
    }

    /// How much of an intent went back.
    func refunded(of intent: String) async throws -> Int64 {
        try await call(.get, "/v1/refunds?payment_intent=\(intent)", nil).data?.reduce(0) { $0 + $1.amount } ?? 0
    }

    /// The webhook of a type, once it is there.
    func message(_ type: String) async throws -> Message {
        var found: Message?
        try await eventually("a webhook says \(type)") {
            found = inbox.messages.withLock { messages in
                messages.first { String(decoding: $0.body, as: UTF8.self).contains("\"\(type)\"") }
            }
            return found != nil
        }
        guard let found else { throw StageFailure("no webhook") }
        return found
    }

    @discardableResult
    private func post(_ path: String, _ form: String) async throws -> Object {
        try await call(.post, path, Array(form.utf8))
    }

    private func call(_ method: ProviderRequest.Method, _ path: String, _ body: [UInt8]?) async throws -> Object {
        var request = ProviderRequest(purpose: path, method: method, url: "http://127.0.0.1:\(port)\(path)")
        request.headers = [
            ("Authorization", "Bearer sk_test_12345"), ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        request.body = body
        let reply = try await client.send(request)
        guard reply.isSuccess else { throw StageFailure("localstripe answers \(reply.status)") }
        return (try? JSONDecoder().decode(Object.self, from: Data(reply.body)))
            ?? Object(id: nil, data: nil)
    }
}
