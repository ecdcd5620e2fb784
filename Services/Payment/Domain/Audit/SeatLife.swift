import LedgerStore
import Ticketing

/// What happened to a seat, in order. Its JSON is the output of `payment audit --seat … --json`. Pure.
struct SeatLife: Codable, Hashable, Sendable {
    /// What an entry tells.
    enum What: String, Codable, Sendable {
        case held
        case released
        case expired
        case sold
        case refunded
        case blocked
        case unblocked
        case freed
        case paymentBegun = "payment_begun"
        case paymentEnded = "payment_ended"
        case refundBegun = "refund_begun"
        case refundMade = "refund_made"
        case checkedIn = "checked_in"
    }

    /// One thing that happened.
    struct Entry: Codable, Hashable, Sendable {
        var at: Timestamp
        /// The change of the seat's history; absent for what did not change its state.
        var sequence: Int64?
        var what: What
        var holdId: HoldID?
        var customerId: CustomerID?
        var orderId: OrderID?
        var ticketId: TicketID?
        var paymentId: PaymentID?
        var refundId: RefundID?
        var amount: Money?
        /// Whatever else there is to know: until when it was held, how a payment ended.
        var detail: String?
    }

    var performanceId: PerformanceID
    var seatIndex: SeatIndex
    var entries: [Entry]

    init(of seat: SeatIndex, in performance: PerformanceID, _ story: SeatStory) {
        performanceId = performance
        seatIndex = seat
        var entries = Self.changes(story)
        for payment in story.payments {
            entries.append(
                Entry(
                    at: payment.createdAt, what: .paymentBegun, orderId: payment.orderID, paymentId: payment.paymentID,
                    amount: payment.amount, detail: payment.provider))
            if let end = payment.settledAt {
                entries.append(
                    Entry(
                        at: end, what: .paymentEnded, orderId: payment.orderID, paymentId: payment.paymentID,
                        amount: payment.amount, detail: payment.state.rawValue))
            }
        }
        for refund in story.refunds {
            entries.append(
                Entry(
                    at: refund.createdAt, what: .refundBegun, orderId: refund.orderID, paymentId: refund.paymentID,
                    refundId: refund.refundID, amount: refund.amount, detail: refund.reason))
            if let made = refund.madeAt {
                entries.append(
                    Entry(
                        at: made, what: .refundMade, orderId: refund.orderID, paymentId: refund.paymentID,
                        refundId: refund.refundID, amount: refund.amount))
            }
        }
        for ticket in story.tickets {
            if let at = ticket.checkedInAt {
                entries.append(
                    Entry(at: at, what: .checkedIn, orderId: ticket.orderID, ticketId: ticket.ticketID))
            }
        }
        // Stable: what happened at one instant stays in the order that it was told in.
        self.entries = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    /// For a person.
    var text: String {
        var lines = ["seat \(seatIndex) of \(performanceId)"]
        if entries.isEmpty { lines.append("nothing ever happened to it") }
        for entry in entries {
            let words: [String?] = [
                entry.holdId.map { "hold \($0)" }, entry.customerId.map { "customer \($0)" },
                entry.orderId.map { "order \($0)" }, entry.ticketId.map { "ticket \($0)" },
                entry.paymentId.map { "payment \($0)" }, entry.refundId.map { "refund \($0)" },
                entry.amount.map { "\($0.amountMinor) \($0.currency)" }, entry.detail,
            ]
            let change = entry.sequence.map { "change \($0)" } ?? ""
            let name = entry.what.rawValue.split(separator: "_").joined(separator: " ")
            lines.append(
                "\(entry.at)  \(Self.padded(change, 12)) \(Self.padded(name, 14)) "
                    + words.compactMap { $0 }.joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The seat's own changes: a hold, and a ticket, is of the same instant as the change that it made.
    private static func changes(_ story: SeatStory) -> [Entry] {
        var entries: [Entry] = []
        var state = SeatState.available
        var holder: SeatStory.Hold?
        var ticket: SeatStory.Ticket?
        for change in story.changes {
            var entry = Entry(at: change.at, sequence: change.sequence, what: .freed)
            switch change.state {
            case .held:
                holder = story.holds.last { $0.createdAt <= change.at }
                entry.what = .held
                entry.holdId = holder?.holdID
                entry.customerId = holder?.customerID
                entry.detail = (holder?.until).map { "until \($0)" }
            case .sold:
                ticket = story.tickets.last { $0.issuedAt <= change.at }
                entry.what = .sold
                entry.orderId = ticket?.orderID
                entry.ticketId = ticket?.ticketID
                entry.amount = ticket?.price
            case .available, .blocked:
                let isBlocked = change.state == .blocked
                switch state {
                case .held:
                    entry.what = isBlocked ? .blocked : holder?.state == .released ? .released : .expired
                    entry.holdId = holder?.holdID
                case .sold:
                    entry.what = .refunded
                    entry.orderId = ticket?.orderID
                    entry.ticketId = ticket?.ticketID
                    entry.detail = isBlocked ? "stays blocked" : "on sale again"
                case .available: entry.what = isBlocked ? .blocked : .freed
                case .blocked: entry.what = isBlocked ? .blocked : .unblocked
                }
            }
            state = change.state
            entries.append(entry)
        }
        return entries
    }
}
