import ProviderStandIns
import Ticketing

/// One message of a provider.
struct ChaosMessage: Hashable, Sendable {
    let payment: PaymentID
    let body: [UInt8]
}

extension ChaosMessage {
    /// A stand-in's message; nil for one about no payment.
    init?(_ event: StandInEvent) {
        guard let payment = event.payment.flatMap({ PaymentID($0) }) else { return nil }
        self.init(payment: payment, body: event.body)
    }
}
