import LedgerStore
import Proof
import Testing
import Ticketing
import Wire

@testable import Payment

/// Histories that were altered afterwards, replayed.
struct HistoryReplayTests {
    private static let performance = PerformanceID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)
    private static let seatCount = 40

    /// A history, its tickets by change, and the seats that it came to.
    private struct Story {
        var history: AuditedHistory
        var changes: [StoredChange]
        var tickets: [Int64: [TicketWords]]
        var seats: [AuditedSeat]
        var heads: [ProofHeadResource]
    }

    private static func words(_ seat: SeatIndex, _ sequence: Int64) -> TicketWords {
        let code = TicketWords.hash(ofCode: "\(seat) \(sequence)")
        return TicketWords(
            ticket: ProvenTicketResource(
                ticketId: TicketID(high: UInt64(sequence), low: UInt64(seat)), orderId: OrderID(high: 1, low: 1),
                performanceId: performance, seatIndex: seat, seatLabel: "Seat \(seat)",
                price: Money(amountMinor: 100, currency: "EUR"), serviceFee: Money(amountMinor: 5, currency: "EUR"),
                codeHash: code.description),
            codeHash: code)
    }

    private static func resource(_ sequence: Int64, _ chain: ProofHash, _ tree: MerkleLog) -> ProofHeadResource {
        ProofHeadResource(
            performanceId: performance, epoch: 1, sequence: sequence, chainHash: chain.description,
            treeHash: tree.root(size: tree.count)?.description ?? "",
            publishedAt: Timestamp(unixMicroseconds: sequence),
            keyId: "k", signature: "")
    }

    /// Holds, sales and releases by chance.
    private static func story(_ length: Int, random: inout some RandomNumberGenerator) -> Story {
        var states = [SeatState](repeating: .available, count: seatCount)
        var changed = [Int64](repeating: 0, count: seatCount)
        var hash = ChainLink.beginning(of: performance)
        var tree = MerkleLog()
        var story = Story(
            history: AuditedHistory(performanceID: performance, seatCount: seatCount, sequence: 0, hash: hash),
            changes: [], tickets: [:], seats: [], heads: [])
        for place in 1...length {
            let sequence = Int64(place)
            let wanted: SeatState = [.held, .held, .sold, .available, .blocked].randomElement(using: &random) ?? .held
            let possible = (0..<seatCount).filter { seat in
                switch (states[seat], wanted) {
                case (.available, .held), (.held, .held), (.held, .sold), (.available, .sold), (.held, .available),
                    (.sold, .available), (.blocked, .available), (.available, .blocked), (.sold, .blocked):
                    true
                default: false
                }
            }
            let seats = possible.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)).sorted()
            let (taken, state) = seats.isEmpty ? ([place % seatCount], SeatState.available) : (Array(seats), wanted)
            let tickets = state == .sold ? taken.map { words(SeatIndex($0), sequence) } : []
            let link = ChainLink(
                sequence: sequence, committedAt: Timestamp(unixMicroseconds: sequence * 1_000),
                changes: taken.map { SeatChange(seatIndex: SeatIndex($0), state: state) },
                ticketsHash: MerkleTree.root(tickets.map(\.leaf)))
            hash = link.hash(after: hash)
            tree.append(MerkleTree.leaf(hash.bytes))
            story.changes.append(StoredChange(link: link, hash: hash))
            if !tickets.isEmpty { story.tickets[sequence] = tickets }
            for seat in taken {
                states[seat] = state
                changed[seat] = sequence
            }
            if place % 7 == 0 { story.heads.append(resource(sequence, hash, tree)) }
        }
        story.history = AuditedHistory(
            performanceID: performance, seatCount: seatCount, sequence: Int64(length), hash: hash)
        story.seats = (0..<seatCount).map {
            AuditedSeat(seatIndex: SeatIndex($0), state: states[$0], changedSequence: changed[$0])
        }
        return story
    }

    private static func findings(_ story: Story) -> [String] {
        var replay = HistoryReplay(story.history, heads: story.heads)
        for change in story.changes {
            replay.add(change, tickets: story.tickets[change.link.sequence] ?? [])
        }
        replay.end(seats: story.seats)
        return replay.findings.map(\.check)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `a history that was left alone has no findings, and whatever is altered in it has`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let story = Self.story(50, random: &random)
        #expect(Self.findings(story) == [])
        let place = Int.random(in: 0..<story.changes.count, using: &random)

        var altered = story
        let old = altered.changes[place]
        var link = old.link
        switch seed % 4 {
        case 0: link.committedAt = Timestamp(unixMicroseconds: link.committedAt.unixMicroseconds + 1)
        case 1: link.changes.append(SeatChange(seatIndex: SeatIndex(Self.seatCount - 1), state: .held))
        case 2: link.ticketsHash = ProofHash(of: [1])
        default: link.sequence += 1
        }
        altered.changes[place] = StoredChange(link: link, hash: old.hash)
        #expect(Self.findings(altered).contains("chain_broken"))

        altered = story
        altered.changes.remove(at: place)
        let isLast = place == story.changes.count - 1
        #expect(Self.findings(altered).contains(isLast ? "chain_without_head" : "chain_broken"))

        altered = story
        altered.changes.insert(old, at: place)
        #expect(Self.findings(altered).contains("chain_broken"))

        altered = story
        let seat = Int.random(in: 0..<Self.seatCount, using: &random)
        let row = altered.seats[seat]
        altered.seats[seat] = AuditedSeat(
            seatIndex: row.seatIndex, state: row.state, changedSequence: row.changedSequence + 1)
        #expect(Self.findings(altered) == ["seat_differs_from_history"])
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `a ticket that was altered, taken away or added is found with its change`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let story = Self.story(60, random: &random)
        guard let sequence = story.tickets.keys.sorted().randomElement(using: &random),
            let tickets = story.tickets[sequence]
        else { return }
        let place = Int.random(in: tickets.indices, using: &random)
        let changes: [(inout [TicketWords]) -> Void] = [
            { $0[place].ticket.orderId = OrderID(high: 9, low: 9) }, { $0[place].ticket.seatLabel = "Another" },
            { $0[place].codeHash = ProofHash(of: []) }, { $0.remove(at: place) }, { $0.append($0[place]) },
            { $0[place].ticket.price = Money(amountMinor: 99, currency: "EUR") },
        ]
        for change in changes {
            var altered = story
            change(&altered.tickets[sequence, default: []])
            #expect(Self.findings(altered) == ["ticket_differs_from_change"])
        }
    }

    @Test func `a history that was rewritten whole differs from what was published of it`() throws {
        var random = SeededGenerator(seed: 4)
        var story = Self.story(50, random: &random)
        var hash = ChainLink.beginning(of: Self.performance)
        for place in story.changes.indices {
            var link = story.changes[place].link
            if place == 30 { link.committedAt = Timestamp(unixMicroseconds: 30_500) }
            hash = link.hash(after: hash)
            story.changes[place] = StoredChange(link: link, hash: hash)
        }
        story.history = AuditedHistory(
            performanceID: Self.performance, seatCount: Self.seatCount, sequence: 50, hash: hash)
        // Those of 35, 42 and 49; the earlier ones still hold.
        #expect(Self.findings(story) == ["head_not_in_chain", "head_not_in_chain", "head_not_in_chain"])
    }

    @Test func `a history that ends before its published head is found`() {
        var random = SeededGenerator(seed: 5)
        var story = Self.story(50, random: &random)
        story.changes = Array(story.changes.prefix(48))
        story.history = AuditedHistory(
            performanceID: Self.performance, seatCount: Self.seatCount, sequence: 48, hash: story.changes[47].hash)
        #expect(Self.findings(story).contains("head_not_in_chain"))
    }

    @Test func `a pruned history begins behind what was pruned`() {
        var random = SeededGenerator(seed: 6)
        var story = Self.story(50, random: &random)
        story.history = AuditedHistory(
            performanceID: Self.performance, seatCount: Self.seatCount, sequence: 50, hash: story.history.hash,
            prunedSequence: 20, beginning: story.changes[19].hash)
        story.changes.removeFirst(20)
        story.tickets = story.tickets.filter { $0.key > 20 }
        story.heads = []
        #expect(Self.findings(story) == [])
    }
}
