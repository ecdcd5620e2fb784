public import Proof
public import Ticketing
public import Wire

/// A ranking as anybody can download it, and what anybody can compute again of it.
public struct PublishedRanking: Hashable, Sendable {
    /// One line behind the heading.
    public struct Line: Hashable, Sendable {
        /// Which entry of the list.
        public let number: Int64
        /// Its id.
        public let entryID: EntryID

        /// All members.
        public init(number: Int64, entryID: EntryID) {
            self.number = number
            self.entryID = entryID
        }

        /// As it stands in the document, without its end.
        public var text: String { "[\(number),\"\(entryID)\"]" }

        /// Reads a line; nil for anything else.
        init?(_ text: Substring) {
            guard text.hasPrefix("["), text.hasSuffix("\"]") else { return nil }
            let parts = text.dropFirst().dropLast(2).split(separator: ",\"", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int64(parts[0]), let entry = EntryID(parts[1]) else { return nil }
            self.init(number: number, entryID: entry)
            // One line has one text.
            guard self.text == text else { return nil }
        }
    }

    /// The first line.
    public let heading: RankingHeading
    /// The first in line first.
    public let lines: [Line]

    /// All members.
    public init(heading: RankingHeading, lines: [Line]) {
        self.heading = heading
        self.lines = lines
    }

    /// Reads a document.
    public init(_ document: String) throws(RankingFault) {
        var rows = document.split(separator: "\n", omittingEmptySubsequences: false)
        if rows.last?.isEmpty == true { rows.removeLast() }
        guard let first = rows.first,
            let heading = try? WireJSON.decode(RankingHeading.self, from: Array(first.utf8)),
            heading.format == RankingHeading.format
        else { throw .unknownFormat }
        var lines: [Line] = []
        lines.reserveCapacity(rows.count)
        for (place, row) in rows.dropFirst().enumerated() {
            guard let line = Line(row) else { throw .malformedLine(position: Int64(place + 1)) }
            lines.append(line)
        }
        self.init(heading: heading, lines: lines)
    }

    /// Computes list and order again. `seedHash` and `listHash` are what one noted before the seed was published:
    /// without them the document is only proved to agree with itself.
    public func verify(seedHash noted: ProofHash? = nil, listHash notedList: ProofHash? = nil) throws(RankingFault) {
        guard let seed = RankingSeed(heading.seed), let seedHash = ProofHash(heading.seedHash),
            let listHash = ProofHash(heading.listHash)
        else { throw .malformedHeading }
        guard Int64(lines.count) == heading.listedCount else {
            throw .otherCount(said: heading.listedCount, found: Int64(lines.count))
        }
        guard seed.hash == seedHash else { throw .otherSeed }
        let list = try list()
        let ranking = Ranking(of: list, by: seed)
        for (place, line) in lines.enumerated() {
            let expected = list[Int(ranking.number(at: Int64(place + 1))) - 1]
            guard line.entryID == expected else {
                throw .outOfOrder(position: Int64(place + 1), expected: expected, found: line.entryID)
            }
        }
        guard EntryList.hash(of: list) == listHash else { throw .otherList }
        if let noted, noted != seedHash { throw .otherSeedHash }
        if let notedList, notedList != listHash { throw .otherListHash }
    }

    /// Where an entry stands; nil when it is not of the list.
    public func position(of entry: EntryID) -> Int64? {
        lines.firstIndex { $0.entryID == entry }.map { Int64($0 + 1) }
    }

    /// The entries in the order of their numbers.
    private func list() throws(RankingFault) -> [EntryID] {
        var list = [EntryID?](repeating: nil, count: lines.count)
        for (place, line) in lines.enumerated() {
            guard line.number >= 1, line.number <= lines.count, list[Int(line.number) - 1] == nil else {
                throw .wrongNumber(position: Int64(place + 1), number: line.number)
            }
            list[Int(line.number) - 1] = line.entryID
        }
        return list.compactMap { $0 }
    }
}
