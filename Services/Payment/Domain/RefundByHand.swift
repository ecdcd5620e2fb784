import LedgerStore
import Ticketing

/// What becomes of an operator's word that a refused refund went back by hand. Pure: the two books decide.
enum RefundByHand: Hashable, Sendable {
    /// It is so: to be booked.
    case book(RefundObservation)
    /// It was booked before, with this note.
    case booked
    /// It is made already, by the provider or with another note.
    case made
    /// The provider is being asked for it, or for another refund of the same payment: how that ends is known first.
    case onItsWay
    /// The provider's book has no charge of the payment.
    case notCharged
    /// The provider's book does not show it: the minor units that it has and that clearing has of the payment.
    case notGivenBack(providerMinor: Int64, clearingMinor: Int64)
    /// It is said to have gone back past the provider, whose book shows that money went back there.
    case givenBackThere(providerMinor: Int64, clearingMinor: Int64)
    /// Something of the payment was written while the provider's book was read.
    case changed
    /// There is no such refund.
    case notFound

    /// The decision about a refund of a payment of which the provider's book has so much; nil when it has no charge.
    init(of refund: RefundInBooks, keptMinor: Int64?, note: String, isOutside: Bool) {
        switch refund.state {
        case .made: self = refund.givenBackNote == note ? .booked : .made
        case .pending: self = .onItsWay
        case .refused:
            guard refund.pendingMinor == 0 else {
                self = .onItsWay
                return
            }
            guard let keptMinor else {
                self = .notCharged
                return
            }
            let givenBackMinor = refund.clearingMinor - keptMinor
            if isOutside {
                self =
                    givenBackMinor == 0
                    ? .book(.givenBackOutside(note: note))
                    : .givenBackThere(providerMinor: keptMinor, clearingMinor: refund.clearingMinor)
            } else {
                self =
                    givenBackMinor >= refund.amount.amountMinor
                    ? .book(.givenBack(note: note))
                    : .notGivenBack(providerMinor: keptMinor, clearingMinor: refund.clearingMinor)
            }
        }
    }
}
