public import Ticketing

/// What the organizer decided about a sale. What people see of it follows from the times and the seats as well.
public enum StoredSaleState: String, Sendable, Hashable, CaseIterable {
    case open, paused, ended, cancelled

    /// What people see at an instant.
    public func visible(onSaleAt: Timestamp, saleEndsAt: Timestamp, unsoldCount: Int, at now: Timestamp) -> SaleState {
        switch self {
        case .cancelled: .cancelled
        case .ended: .ended
        case .open, .paused:
            if now >= saleEndsAt {
                .ended
            } else if now < onSaleAt {
                .upcoming
            } else if self == .paused {
                .paused
            } else {
                unsoldCount == 0 ? .soldOut : .onSale
            }
        }
    }
}
