import LedgerStore
import Ticketing

/// A statement as a file for spreadsheets: a line for each ticket.
enum StatementFile {
    /// The first line.
    static let heading = CommaSeparated.line(
        [
            "sold_at", "order_id", "ticket_id", "seat", "price_level", "currency", "price", "price_tax", "service_fee",
            "service_fee_tax", "refunded_at", "price_refunded", "service_fee_refunded",
        ].map { .value($0) })

    /// A ticket's line.
    static func line(_ line: StatementLine) -> String {
        CommaSeparated.line([
            .value(line.soldAt.description), .value(line.orderID.description), .value(line.ticketID.description),
            .text(line.seatLabel), .text(line.priceLevelName), .value(line.price.currency),
            .value(MoneyText.digits(line.price)), .value(MoneyText.digits(line.priceTax)),
            .value(MoneyText.digits(line.serviceFee)), .value(MoneyText.digits(line.serviceFeeTax)),
            line.refundedAt.map { .value($0.description) } ?? .nothing,
            line.priceRefunded.map { .value(MoneyText.digits($0)) } ?? .nothing,
            line.serviceFeeRefunded.map { .value(MoneyText.digits($0)) } ?? .nothing,
        ])
    }
}
