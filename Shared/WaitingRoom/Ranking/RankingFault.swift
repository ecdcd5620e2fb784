public import Ticketing

/// Why a published ranking is not what it should be, in the order in which it is looked at.
public enum RankingFault: Error, Hashable, Sendable {
    /// Not this kind of document, or a later version of it.
    case unknownFormat
    /// A hash or the seed of the heading is not 64 hexadecimal digits.
    case malformedHeading
    /// A line that is no `[number,"entry_id"]`.
    case malformedLine(position: Int64)
    /// Another count of lines than the heading says.
    case otherCount(said: Int64, found: Int64)
    /// The seed is not the one that was committed to.
    case otherSeed
    /// A number that no entry of the list has, or that two have.
    case wrongNumber(position: Int64, number: Int64)
    /// The first position at which another entry should stand.
    case outOfOrder(position: Int64, expected: EntryID, found: EntryID)
    /// The list is not the one that was published before the seed.
    case otherList
    /// It agrees with itself, but not with the hash of the seed that one had noted.
    case otherSeedHash
    /// It agrees with itself, but not with the hash of the list that one had noted.
    case otherListHash

    /// For a person.
    public var sentence: String {
        switch self {
        case .unknownFormat: "This is no ranking, or one of a version that this program does not know."
        case .malformedHeading: "A hash in its heading, or its seed, is not 64 hexadecimal digits in lower case."
        case .malformedLine(let position): "The entry at position \(position) is no [number,\"entry_id\"]."
        case .otherCount(let said, let found): "Its heading tells of \(said) entries, but there are \(found)."
        case .otherSeed: "Its seed does not have the hash that was published before: the seed was exchanged."
        case .wrongNumber(let position, let number):
            "The entry at position \(position) has number \(number), which is another's or nobody's."
        case .outOfOrder(let position, let expected, let found):
            "At position \(position) stands entry \(found), where the seed puts entry \(expected)."
        case .otherList:
            "Its entries are not those of the list whose hash was published before the seed: one was added, left out, "
                + "exchanged or numbered otherwise."
        case .otherSeedHash: "Its seed's hash is not the one that you noted."
        case .otherListHash: "Its list's hash is not the one that you noted."
        }
    }
}
