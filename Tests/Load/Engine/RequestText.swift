import LoadModel
import Ticketing
import Wire

/// A request as it is written down: method, path, body.
struct RequestText {
    var method: StaticString = "GET"
    var path = "/"
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

    /// Writes a request over another one, in the same memory.
    func write(_ ask: LoadAsk, into text: inout RequestText) throws(WireJSONFailure) {
        text.body.removeAll(keepingCapacity: true)
        text.isKeyed = false
        text.needsSession = true
        switch ask {
        case .page(let number):
            text.needsSession = false
            get(pages[number % pages.count], &text)
        case .map:
            text.needsSession = false
            get(seatsPath, &text)
        case .enter:
            post(entriesPath, &text)
            text.body.append(contentsOf: "{}".utf8)
        case .poll: get(placePath, &text)
        case .holdSeats(let seats):
            post(holdsPath, &text)
            Self.write(seats, into: &text.body)
        case .holdBest(let count):
            post(holdsPath, &text)
            text.body += try WireJSON.encode(HoldRequest(bestAvailable: BestAvailableRequest(quantity: count)))
        case .giveBack(let hold):
            text.method = "DELETE"
            text.path = "/v1/holds/\(hold)"
        case .order(let hold):
            post("/v1/orders", &text)
            text.body += try WireJSON.encode(OrderRequest(holdIds: [hold]))
        case .pay(let order, let card):
            post("/v1/orders/\(order)/payments", &text)
            text.body += try WireJSON.encode(
                PaymentRequest(paymentMethod: PaymentMethodRequest(type: "card", token: card)))
        case .readOrder(let order): get("/v1/orders/\(order)", &text)
        case .refund(let order):
            post("/v1/orders/\(order)/refunds", &text)
            text.body += try WireJSON.encode(RefundRequest(reason: "changed plans"))
        }
    }

    private func get(_ path: String, _ text: inout RequestText) {
        text.method = "GET"
        text.path = path
    }

    private func post(_ path: String, _ text: inout RequestText) {
        text.method = "POST"
        text.path = path
        text.isKeyed = true
    }

    /// What `WireJSON` makes of a ``HoldRequest`` of these seats: most requests are one, and a coder would cost a tenth of
    /// all that this program does for it.
    private static func write(_ seats: [SeatIndex], into body: inout [UInt8]) {
        body.append(contentsOf: "{\"seat_indexes\":[".utf8)
        for (place, seat) in seats.enumerated() {
            if place > 0 { body.append(UInt8(ascii: ",")) }
            write(seat, into: &body)
        }
        body.append(contentsOf: "]}".utf8)
    }

    /// In decimal; a board has no seat below 0.
    private static func write(_ seat: SeatIndex, into body: inout [UInt8]) {
        if seat >= 10 { write(seat / 10, into: &body) }
        body.append(UInt8(ascii: "0") + UInt8(seat % 10))
    }
}
