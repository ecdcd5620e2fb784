/// A Payment of Toss's, as far as it matters here.
struct TossPayment: Decodable, Hashable, Sendable {
    struct Checkout: Decodable, Hashable, Sendable {
        let url: String?
    }

    struct Cancel: Decodable, Hashable, Sendable {
        let cancelReason: String?
        let cancelStatus: String?
    }

    let paymentKey: String
    let orderId: String
    let status: String
    let checkout: Checkout?
    let failure: TossProblem?
    let cancels: [Cancel]?

    /// What it says of our payment. A state that we don't know is not decided.
    var meaning: ProviderStatus {
        switch status {
        case "READY": checkout?.url.map { .requiresAction(url: $0, reference: paymentKey) } ?? .processing
        case "IN_PROGRESS": .authorized
        case "DONE", "PARTIAL_CANCELED": .succeeded(reference: paymentKey)
        case "ABORTED": .declined(code: failure?.code.lowercased() ?? "declined")
        case "EXPIRED", "CANCELED": .cancelled
        default: .processing
        }
    }

    /// What it says of the refund whose mark stands in a reason; nil when none does.
    func meaning(ofRefundMarked mark: String) -> ProviderRefundStatus? {
        guard let cancel = cancels?.first(where: { $0.cancelReason?.contains(mark) == true }) else { return nil }
        switch cancel.cancelStatus {
        case "DONE", nil: return .made
        case "ABORTED": return .refused(code: "aborted")
        default: return .pending
        }
    }
}
