import Foundation
import HTTP2
import HTTPTypes
public import Logging

/// A provider that answers as Toss Payments documents it, keeps keys as it does, and goes wrong when told to.
public actor TossStandIn {
    /// The secret keys that it takes.
    public private(set) var secretKeys: [String]
    /// What goes wrong.
    public nonisolated let faults = StandInFaults()
    private var book = TossBook()

    /// A stand-in that takes some keys.
    public init(secretKeys: [String] = ["test_sk_standin"]) {
        self.secretKeys = secretKeys
    }

    // MARK: For tests

    /// Where Toss's window is, once the stand-in listens.
    public func listens(at address: String) { book.windowURL = address }
    /// Where it listens.
    public var address: String { book.windowURL }
    /// From now on it takes these keys.
    public func takeKeys(_ keys: [String]) { secretKeys = keys }
    /// The buyer agrees in Toss's window, or goes away; the card may be one that is refused when the merchant confirms.
    @discardableResult
    public func decide(_ order: String, isApproved: Bool, isRejectedLater: Bool = false) -> String? {
        book.decide(order, isApproved: isApproved, card: isRejectedLater ? .rejected : .good)
    }
    /// As if the time to agree, or to confirm, had passed.
    public func expire(_ order: String) { book.expire(order) }
    /// As if keys had been forgotten.
    public func forgetKeys() { book.forgetKeys() }
    /// The messages that nobody was told yet; only those about some payments, or all.
    public func takeEvents(about payments: Set<String>? = nil) -> [StandInEvent] { book.takeEvents(about: payments) }
    /// Where a payment is.
    public func status(of order: String) -> String? { book.payments[order]?.status }
    /// What it has of a payment: taken less given back.
    public func kept(of order: String) -> Int64 {
        guard let payment = book.payments[order], ["DONE", "PARTIAL_CANCELED"].contains(payment.status) else {
            return 0
        }
        return payment.balanceAmount
    }

    // MARK: The wire

    /// A listener for it.
    public nonisolated func server(logger: Logger) -> StandInServer {
        var routes = RouteTable()
        add(.post, "/v1/payments", to: &routes) { $0.open($1.body) }
        add(.post, "/v1/payments/confirm", to: &routes) { $0.confirm($1.body) }
        add(.get, "/v1/payments/orders/{id}", to: &routes) { $0.payment(ofOrder: $1.path["id"] ?? "") }
        add(.post, "/v1/payments/{id}/cancel", to: &routes) { $0.giveBack($1.path["id"] ?? "", $1.body) }
        add(.get, "/v1/transactions", to: &routes) {
            $0.transactions(
                from: $1.query["startDate"] ?? "", to: $1.query["endDate"] ?? "",
                limit: Int($1.query["limit"] ?? "") ?? 100, after: $1.query["startingAfter"])
        }
        routes.on(.get, "/window/{id}") { request in Self.window(request.pathParameters["id"] ?? "") }
        routes.on(.post, "/window/{id}") { [self] request in
            let answer = await StandInRequest(request)?.form["answer"]
            let back = await decide(
                request.pathParameters["id"] ?? "", isApproved: answer != "leave", isRejectedLater: answer == "rejected"
            )
            guard let back else { return ServerResponse(status: .notFound) }
            return ServerResponse(status: .seeOther, headerFields: [.location: back])
        }
        return StandInServer(routes: routes, logger: logger)
    }

    private nonisolated func add(
        _ method: HTTPRequest.Method, _ template: String, to routes: inout RouteTable,
        _ call: @escaping @Sendable (inout TossBook, StandInRequest) -> StandInAnswer
    ) {
        let route = "\(method.rawValue) \(template)"
        routes.on(
            method, template,
            faults.around(route) { [self] request in
                guard let read = await StandInRequest(request) else { return ServerResponse(status: .badRequest) }
                return await answer(route, read, isChange: method == .post, call).response
            })
    }

    private func answer(
        _ route: String, _ request: StandInRequest, isChange: Bool,
        _ call: @Sendable (inout TossBook, StandInRequest) -> StandInAnswer
    ) -> StandInAnswer {
        let credentials = secretKeys.map { "Basic \(Data("\($0):".utf8).base64EncodedString())" }
        guard let credential = request.credential, credentials.contains(credential) else {
            return StandInAnswer(status: 401, body: Array(#"{"code":"UNAUTHORIZED_KEY"}"#.utf8))
        }
        guard isChange else { return call(&book, request) }
        return book.post("\(route) \(request.path["id"] ?? "")", request) { call(&$0, request) }
    }

    private static func window(_ id: String) -> ServerResponse {
        let safe = id.filter { $0.isLetter || $0.isNumber || $0 == "-" }
        return ServerResponse(
            status: .ok, headerFields: [.contentType: "text/html; charset=utf-8"],
            body: .text(
                """
                <!doctype html><html lang="ko"><meta charset="utf-8"><title>Stand-in window</title>
                <h1>Stand-in for Toss Payments</h1><p>No money moves.</p>
                <form method="post" action="/window/\(safe)">
                <button name="answer" value="good">Pay · 결제</button>
                <button name="answer" value="rejected">Pay by a card that is refused · 거절 카드</button>
                <button name="answer" value="leave">Leave · 닫기</button></form></html>
                """))
    }
}
