/// Where a waiting room is in its life.
public enum WaitingRoomState: String, Codable, Sendable, CaseIterable {
    /// Before the opening: who enters now is ranked at it, whenever that is.
    case gathering
    /// The list of entries is closed and its hash is published; the seed that ranks it is not yet.
    case ranking
    /// The line moves: those of the list by their rank, then those who came later, first in, first out.
    case open
}
