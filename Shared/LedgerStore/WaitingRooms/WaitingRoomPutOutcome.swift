/// What became of an organizer's wish for a waiting room.
public enum WaitingRoomPutOutcome: String, Sendable, Hashable {
    case kept
    /// There is no such performance of this organizer.
    case notFound = "not_found"
    case saleEnded = "sale_ended"
}
