import LoadModel
import Ticketing
import Wire

/// A request as it is written down: method, path, body.
struct RequestText {
    let method: StaticString
    let path: String
    var body: [UInt8] = []
    /// Whether it is sent with a key, so that it can be asked again.
    var isKeyed = false
    /// Whether it needs somebody's session.
    var needsSession = true
}

/// Writes requests to one performance's API.
struct RequestWriter {
    private let performancePath: String
    private let pages: [String]

    init(performance: PerformanceID) {
        performancePath = "/v1/performances/\(performance)"
        pages = ["/v1/events", performancePath, "\(performancePath)/seats", "/"]
    }

    func text(of ask: LoadAsk) throws(WireJSONFailure) -> RequestText {
        switch ask {
        case .page(let number):
            return RequestText(method: "GET", path: pages[number % pages.count], needsSession: false)
        case .map: return RequestText(method: "GET", path: "\(performancePath)/seats", needsSession: false)
        case .enter:
            return RequestText(
                method: "POST", path: "\(performancePath)/waiting-room/entries", body: Array("{}".utf8), isKeyed: true)
        case .poll: return RequestText(method: "GET", path: "\(performancePath)/waiting-room/entries/current")
        case .holdSeats(let seats): return try hold(HoldRequest(seatIndexes: seats))
        case .holdBest(let count):
            return try hold(HoldRequest(bestAvailable: BestAvailableRequest(quantity: count)))
        case .giveBack(let hold): return RequestText(method: "DELETE", path: "/v1/holds/\(hold)")
        case .order(let hold):
            let body = try WireJSON.encode(OrderRequest(holdIds: [hold]))
            return RequestText(method: "POST", path: "/v1/orders", body: body, isKeyed: true)
        case .pay(let order, let card):
            let request = PaymentRequest(paymentMethod: PaymentMethodRequest(type: "card", token: card))
            return RequestText(
                method: "POST", path: "/v1/orders/\(order)/payments", body: try WireJSON.encode(request), isKeyed: true)
        case .readOrder(let order): return RequestText(method: "GET", path: "/v1/orders/\(order)")
        case .refund(let order):
            let body = try WireJSON.encode(RefundRequest(reason: "changed plans"))
            return RequestText(method: "POST", path: "/v1/orders/\(order)/refunds", body: body, isKeyed: true)
        }
    }

    private func hold(_ request: HoldRequest) throws(WireJSONFailure) -> RequestText {
        RequestText(
            method: "POST", path: "\(performancePath)/holds", body: try WireJSON.encode(request), isKeyed: true)
    }
}
