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
    private let seatsPath: String
    private let holdsPath: String
    private let entriesPath: String
    private let placePath: String
    private let pages: [String]

    init(performance: PerformanceID) {
        performancePath = "/v1/performances/\(performance)"
        seatsPath = "\(performancePath)/seats"
        holdsPath = "\(performancePath)/holds"
        entriesPath = "\(performancePath)/waiting-room/entries"
        placePath = "\(entriesPath)/current"
        pages = ["/v1/events", performancePath, seatsPath, "/"]
    }

    func text(of ask: LoadAsk) throws(WireJSONFailure) -> RequestText {
        switch ask {
        case .page(let number):
            return RequestText(method: "GET", path: pages[number % pages.count], needsSession: false)
        case .map: return RequestText(method: "GET", path: seatsPath, needsSession: false)
        case .enter:
            return RequestText(method: "POST", path: entriesPath, body: Array("{}".utf8), isKeyed: true)
        case .poll: return RequestText(method: "GET", path: placePath)
        case .holdSeats(let seats): return hold(Self.body(of: seats))
        case .holdBest(let count):
            return hold(
                try WireJSON.encode(HoldRequest(bestAvailable: BestAvailableRequest(quantity: count))))
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

    private func hold(_ body: [UInt8]) -> RequestText {
        RequestText(method: "POST", path: holdsPath, body: body, isKeyed: true)
    }

    /// What `WireJSON` makes of a ``HoldRequest`` of these seats: most requests are one, and a coder would cost a tenth of
    /// all that this program does for it.
    static func body(of seats: [SeatIndex]) -> [UInt8] {
        var body = Array("{\"seat_indexes\":[".utf8)
        for (place, seat) in seats.enumerated() {
            if place > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: "\(seat)".utf8)
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }
}
