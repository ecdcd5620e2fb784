import Synchronization

/// Whether a performance was seen to have a waiting room: before the first look nobody knows.
final class RoomSighting: Sendable {
    private let isThere = Atomic(false)

    /// What the last look showed.
    var wasSeen: Bool { isThere.load(ordering: .relaxed) }

    func saw(_ room: Bool) { isThere.store(room, ordering: .relaxed) }
}
