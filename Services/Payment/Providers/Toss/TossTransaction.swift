/// A line of Toss's list of transactions: money that was taken, or that went back.
struct TossTransaction: Decodable, Hashable, Sendable {
    let transactionKey: String
    let orderId: String
    let status: String
    let currency: String?
    let amount: Int64

    /// How much was taken; nothing for a cancel.
    var chargedMinor: Int64 { status == "DONE" ? amount : 0 }
    /// How much went back. Whether its amount is told with a sign or without, it is money that went back.
    var refundedMinor: Int64 { status == "CANCELED" || status == "PARTIAL_CANCELED" ? abs(amount) : 0 }
}
