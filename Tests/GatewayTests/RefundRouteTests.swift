import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Sessions
import Testing
import Ticketing
import Wire

@testable import Gateway

/// Refunds, cancellations and statements as they cross the edge, over a real socket.
struct RefundRouteTests {
    private let edge: Edge
    private static let order = "0198f0a2-7c1e-7000-8000-000000000001"

    init() throws {
        edge = try Edge()
        edge.services.answer("customers/sessionStanding") { SessionStanding(isRevoked: false) }
    }

    /// Asks over a connection of its own.
    private func ask(
        _ method: HTTPRequest.Method, _ path: String, as role: CustomerRole, body: String? = nil, key: String? = nil
    ) async throws -> (status: Int, fields: HTTPFields, text: String) {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(settings: .internalListener, logger: logger, handler: edge.table.handler())
        let port = try await server.start(on: group, host: "127.0.0.1", port: 0)
        let client = HTTPClient(group: group, logger: logger)
        var fields: HTTPFields = [.authorization: "Bearer \(edge.codec.text(of: edge.session(role)))"]
        if body != nil { fields[.contentType] = "application/json" }
        if let key { fields[HTTPField.Name("Idempotency-Key")!] = key }
        let response = try await client.execute(
            ClientRequest(
                method: method, path: path, headerFields: fields, body: ByteBuffer(string: body ?? "")),
            to: Endpoint(host: "127.0.0.1", port: port), deadline: .now + .seconds(20))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        client.shutdown()
        await server.shutdown()
        return (response.status.code, response.head.headerFields, text)
    }

    private func call<Value: Decodable>(_ route: String, as _: Value.Type) throws -> Value {
        let call = try #require(edge.services.calls.last { $0.route == route })
        return try WireJSON.decode(Value.self, from: call.body)
    }

    @Test func `a refund is asked for as who one is, and by one's key`() async throws {
        edge.services.answer("payments/refund") { Answer.noContent }
        let ticket = TicketID(at: .now)
        let body = #"{"ticket_ids":["\#(ticket)"],"reason":"ill"}"#
        for (role, path, asker) in [
            (CustomerRole.customer, "/v1/orders/\(Self.order)/refunds", RefundAsker.customer),
            (.admin, "/v1/orders/\(Self.order)/refunds", .customer),
            (.organizer, "/v1/organizer/orders/\(Self.order)/refunds", .organizer),
            (.admin, "/v1/organizer/orders/\(Self.order)/refunds", .operator),
        ] {
            #expect(try await ask(.post, path, as: role, body: body, key: "k").status == 204)
            let command = try call("payments/refund", as: RefundCommand.self)
            #expect(command.asker == asker && command.ticketIds == [ticket] && command.reason == "ill")
            #expect(command.orderId.description == Self.order && command.idempotencyKey == "k")
        }
        let stranger = "/v1/organizer/orders/\(Self.order)/refunds"
        #expect(try await ask(.post, stranger, as: .customer, body: body, key: "k").status == 403)
        let mine = "/v1/orders/\(Self.order)/refunds"
        #expect(try await ask(.post, mine, as: .customer, body: body).status == 422)
        #expect(try await ask(.post, mine, as: .customer, body: #"{"ticket_ids":"all"}"#, key: "k").status == 422)
    }

    @Test func `a performance is cancelled by its organizer, and followed`() async throws {
        edge.services.answer("payments/cancelPerformance") { Answer.noContent }
        edge.services.answer("payments/cancellation") { Answer.noContent }
        let path = "/v1/organizer/performances/\(Self.order)/cancellation"
        #expect(try await ask(.post, path, as: .organizer, body: #"{"reason":"ill"}"#, key: "k").status == 204)
        let command = try call("payments/cancelPerformance", as: CancellationCommand.self)
        #expect(command.asker == .organizer && command.reason == "ill")
        #expect(try await ask(.get, path, as: .organizer).status == 204)
        #expect(try await ask(.get, path, as: .customer).status == 403)
        #expect(try await ask(.post, path, as: .customer, body: "{}", key: "k").status == 403)
    }

    @Test func `a rule is read and changed`() async throws {
        edge.services.answer("payments/changeRefundRule") { Answer.noContent }
        let path = "/v1/organizer/performances/\(Self.order)/refund-rule"
        let rule = #"{"self_service_until_seconds":60,"includes_service_fee":true,"refunded_seats":"blocked"}"#
        #expect(try await ask(.put, path, as: .organizer, body: rule).status == 204)
        #expect(
            try call("payments/changeRefundRule", as: RefundRuleCommand.self).rule
                == RefundRuleResource(
                    selfServiceUntilSeconds: 60, includesServiceFee: true, refundedSeats: .blocked))
        let wrong = #"{"includes_service_fee":true,"refunded_seats":"gone"}"#
        #expect(try await ask(.put, path, as: .organizer, body: wrong).status == 422)
    }

    @Test func `a statement's file is passed on page by page, by one instant`() async throws {
        let time = Timestamp(unixMicroseconds: 1_800_000_000_000_000)
        let orders = (0..<3).map { OrderID(high: 1, low: UInt64($0)) }
        edge.services.answer("payments/statementPage") { [services = edge.services] in
            let call = try #require(services.calls.last)
            let request = try WireJSON.decode(StatementPageRequest.self, from: call.body)
            #expect(request.asOf == (request.cursor == nil ? nil : time))
            let page = request.cursor.map { (orders.firstIndex(of: $0) ?? 0) + 1 } ?? 0
            return try Answer(
                StatementPageResource(
                    asOf: time, csv: page == 3 ? "" : "line \(page)\r\n", nextCursor: page == 3 ? nil : orders[page]))
        }
        let path = "/v1/organizer/performances/\(Self.order)/statement"
        let file = try await ask(.get, path + "?format=csv", as: .organizer)
        #expect(file.status == 200 && file.text == "line 0\r\nline 1\r\nline 2\r\n")
        #expect(file.fields[.contentType]?.hasPrefix("text/csv") == true)
        #expect(file.fields[.contentDisposition]?.contains("attachment") == true)

        edge.services.answer("payments/statement") { Answer.noContent }
        #expect(try await ask(.get, path, as: .organizer).status == 204)
        #expect(try await ask(.get, path + "?format=pdf", as: .organizer).status == 422)
        #expect(try await ask(.get, path, as: .customer).status == 403)
        edge.services.answer("payments/statementPage") { try Answer(refusal: Problem(.notFound)) }
        #expect(try await ask(.get, path + "?format=csv", as: .organizer).status == 404)
    }
}
