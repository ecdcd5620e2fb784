import Proof
import Ticketing
import WaitingRoom
import Wire

/// A closed list and its order, as they are published.
struct RankedList: Sendable {
    /// Lines of one page of the document.
    static let pageLines: Int64 = 10_000

    let ranking: Ranking
    private let entries: [EntryID]

    /// Ranks a list; nil when it is not the one that the room published, which would be our bug.
    init?(_ entries: [EntryID], of room: PublishedWaitingRoomResource) {
        guard let seed = room.seed.flatMap({ RankingSeed($0) }),
            EntryList.hash(of: entries).description == room.listHash
        else { return nil }
        self.entries = entries
        ranking = Ranking(of: entries, by: seed)
    }

    /// The page behind a position.
    func page(after position: Int64) -> RankedEntriesResource {
        let first = min(max(0, position), Int64(ranking.count))
        let last = min(first + Self.pageLines, Int64(ranking.count))
        var lines = ""
        for position in first..<last {
            let number = ranking.number(at: position + 1)
            lines += PublishedRanking.Line(number: number, entryID: entries[Int(number) - 1]).text + "\n"
        }
        return RankedEntriesResource(lines: lines, nextAfter: last < ranking.count ? last : nil)
    }
}
