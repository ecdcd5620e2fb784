import LedgerStore
import Ticketing

/// The ids and codes of whatever a settlement may bring about, made before it is decided.
struct SettlementIDs: Sendable {
    let tickets: [TicketStub]
    let transfers: (TransferID, TransferID)
    let refund: RefundID

    /// Ids of an instant, for an order of so many seats.
    init(seatCount: Int, at time: Timestamp, random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.unixMicroseconds / 1000))
        tickets = (0..<seatCount).map { _ in
            TicketStub(
                id: TicketID(unixMilliseconds: milliseconds, random: &random), code: TicketCode.make(random: &random))
        }
        transfers = (
            TransferID(unixMilliseconds: milliseconds, random: &random),
            TransferID(unixMilliseconds: milliseconds, random: &random)
        )
        refund = RefundID(unixMilliseconds: milliseconds, random: &random)
    }
}
