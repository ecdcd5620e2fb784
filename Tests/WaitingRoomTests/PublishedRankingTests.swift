import Proof
import Testing
import Ticketing
import WaitingRoom
import Wire

/// What anybody can compute again of a published ranking, and which lie is found by what.
struct PublishedRankingTests {
    private let seed: RankingSeed
    private let entries = Samples.entries(50)

    init() throws {
        seed = try #require(Samples.seed)
    }

    private func heading(_ change: (inout RankingHeading) -> Void = { _ in }) -> RankingHeading {
        var heading = RankingHeading(
            performanceId: Samples.performance, listedCount: Int64(entries.count), listedAt: Samples.noon,
            listHash: EntryList.hash(of: entries).description, seedHash: seed.hash.description,
            seedPublishedAt: Samples.after(2),
            seed: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        change(&heading)
        return heading
    }

    private var lines: [PublishedRanking.Line] {
        let ranking = Ranking(of: entries, by: seed)
        return (1...Int64(entries.count)).map { position in
            let number = ranking.number(at: position)
            return PublishedRanking.Line(number: number, entryID: entries[Int(number) - 1])
        }
    }

    private func document(_ heading: RankingHeading, _ lines: [PublishedRanking.Line]) throws -> String {
        String(decoding: try WireJSON.encode(heading), as: UTF8.self) + "\n"
            + lines.map { $0.text + "\n" }.joined()
    }

    private func fault(_ heading: RankingHeading, _ lines: [PublishedRanking.Line]) -> RankingFault? {
        do {
            try PublishedRanking(heading: heading, lines: lines).verify()
            return nil
        } catch {
            return error
        }
    }

    @Test func `what was published is found right, read from its document`() throws {
        let published = try PublishedRanking(document(heading(), lines))
        #expect(published == PublishedRanking(heading: heading(), lines: lines))
        try published.verify()
        try published.verify(seedHash: seed.hash, listHash: EntryList.hash(of: entries))
        #expect(published.position(of: lines[6].entryID) == 7)
        #expect(published.position(of: EntryID(high: 0, low: 0)) == nil)
    }

    @Test(arguments: [(0, 49), (10, 11), (48, 2), (49, 0)])
    func `an entry that was moved is named`(from: Int, to: Int) {
        var moved = lines
        moved.insert(moved.remove(at: from), at: to)
        let first = min(from, to)
        #expect(
            fault(heading(), moved)
                == .outOfOrder(
                    position: Int64(first + 1), expected: lines[first].entryID, found: moved[first].entryID))
    }

    @Test func `an entry that was exchanged, added, left out or numbered otherwise is found`() throws {
        var exchanged = lines
        exchanged[3] = PublishedRanking.Line(number: exchanged[3].number, entryID: EntryID(high: 9, low: 9))
        #expect(fault(heading(), exchanged) != nil)

        var renumbered = lines
        renumbered[3] = PublishedRanking.Line(number: lines[4].number, entryID: lines[3].entryID)
        renumbered[4] = PublishedRanking.Line(number: lines[3].number, entryID: lines[4].entryID)
        #expect(fault(heading(), renumbered) == .otherList)
        renumbered[4] = PublishedRanking.Line(number: lines[4].number, entryID: lines[4].entryID)
        #expect(fault(heading(), renumbered) == .wrongNumber(position: 5, number: lines[4].number))

        #expect(fault(heading(), Array(lines.dropLast())) == .otherCount(said: 50, found: 49))
        // A list that was made to fit the order afterwards has another hash.
        let fewer = lines.filter { $0.number != 50 }
        #expect(fault(heading { $0.listedCount = 49 }, fewer) == .otherList)
    }

    @Test func `a seed that was chosen afterwards is found`() throws {
        let other = try #require(RankingSeed(bytes: [UInt8](repeating: 1, count: 32)))
        let text = String(repeating: "01", count: 32)
        #expect(fault(heading { $0.seed = text }, lines) == .otherSeed)
        let all = heading {
            $0.seed = text
            $0.seedHash = other.hash.description
        }
        let ranking = Ranking(of: entries, by: other)
        let reordered = (1...Int64(50)).map { position in
            let number = ranking.number(at: position)
            return PublishedRanking.Line(number: number, entryID: entries[Int(number) - 1])
        }
        // It agrees with itself: only who noted the hash before can tell.
        try PublishedRanking(heading: all, lines: reordered).verify()
        #expect(throws: RankingFault.otherSeedHash) {
            try PublishedRanking(heading: all, lines: reordered).verify(seedHash: seed.hash)
        }
        #expect(throws: RankingFault.otherListHash) {
            try PublishedRanking(heading: heading(), lines: lines).verify(listHash: seed.hash)
        }
    }

    @Test func `a document of another form is refused, and the bad line is named`() throws {
        let whole = try document(heading(), lines)
        for text in ["", "{}", "\n", "[]\n", String(whole.dropFirst())] {
            #expect(throws: RankingFault.unknownFormat) { try PublishedRanking(text) }
        }
        let later = try document(heading { $0.format = "box-office-ranking-2" }, lines)
        #expect(throws: RankingFault.unknownFormat) { try PublishedRanking(later) }
        let rows = whole.split(separator: "\n", omittingEmptySubsequences: false)
        for bad in [
            "", "[1]", "[1,\"\"]", "[01,\"\(entries[0])\"]", "[1, \"\(entries[0])\"]", "[1,\"\(entries[0])\"],",
        ] {
            var changed = rows
            changed[8] = Substring(bad)
            #expect(throws: RankingFault.malformedLine(position: 8)) {
                try PublishedRanking(changed.joined(separator: "\n"))
            }
        }
        for change: (inout RankingHeading) -> Void in [
            { $0.seed = "00" }, { $0.seedHash = "" }, { $0.listHash = String(repeating: "G", count: 64) },
        ] {
            #expect(fault(heading(change), lines) == .malformedHeading)
        }
    }

    @Test func `an empty list is published and found right`() throws {
        let empty = heading {
            $0.listedCount = 0
            $0.listHash = EntryList.hash(of: []).description
        }
        try PublishedRanking(document(empty, [])).verify()
    }
}
