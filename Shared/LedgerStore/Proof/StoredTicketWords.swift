import Postgres
public import Proof
import Ticketing
import Wire

/// A ticket's words, and the change that it came with.
public struct StoredTicketWords: Hashable, Sendable {
    /// What the change commits to.
    public let words: TicketWords
    /// The change; nil for a ticket from before changes committed to tickets.
    public let soldSequence: Int64?

    /// All members.
    public init(words: TicketWords, soldSequence: Int64?) {
        self.words = words
        self.soldSequence = soldSequence
    }

    /// Columns: ticket_id, order_id, performance_id, seat_index, seat_label, price, service fee, currency, code,
    /// sold_sequence.
    init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 7)
        let codeHash = TicketWords.hash(ofCode: try row.decode(String.self, at: 8))
        words = TicketWords(
            ticket: ProvenTicketResource(
                ticketId: try row.decode(at: 0), orderId: try row.decode(at: 1), performanceId: try row.decode(at: 2),
                seatIndex: try row.decode(at: 3), seatLabel: try row.decode(at: 4),
                price: try row.money(at: 5, in: currency), serviceFee: try row.money(at: 6, in: currency),
                codeHash: codeHash.description),
            codeHash: codeHash)
        soldSequence = try row.decode(at: 9)
    }
}
