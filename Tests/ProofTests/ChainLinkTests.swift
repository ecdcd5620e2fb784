import Testing
import Ticketing
import Wire

@testable import Proof

struct ChainLinkTests {
    private static let performance = PerformanceID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
    private static let previous = ChainLink.beginning(of: performance)
    private static let link = ChainLink(
        sequence: 12, committedAt: Timestamp(unixMicroseconds: 1_763_000_000_000_001),
        changes: [SeatChange(seatIndex: 3, state: .sold), SeatChange(seatIndex: 70_000, state: .available)],
        ticketsHash: nil)

    /// The text as the specification in the migrations has it.
    @Test func `a link hashes the hash before it and its own words`() {
        let words = Array("12 1763000000000001 14,280000".utf8)
        #expect(Self.link.hash(after: Self.previous) == ProofHash(of: Self.previous.bytes + words))
        var selling = Self.link
        selling.ticketsHash = Self.previous
        #expect(
            selling.hash(after: Self.previous)
                == ProofHash(of: Self.previous.bytes + words + Array(" \(Self.previous)".utf8)))
    }

    @Test func `every word of a link matters`() {
        let hash = Self.link.hash(after: Self.previous)
        let changes: [(inout ChainLink) -> Void] = [
            { $0.sequence += 1 }, { $0.committedAt = Timestamp(unixMicroseconds: 0) }, { $0.changes.removeLast() },
            { $0.changes.swapAt(0, 1) }, { $0.changes[0] = SeatChange(seatIndex: 3, state: .held) },
            { $0.ticketsHash = Self.previous },
        ]
        for change in changes {
            var altered = Self.link
            change(&altered)
            #expect(altered.hash(after: Self.previous) != hash)
        }
        #expect(Self.link.hash(after: hash) != hash)
    }

    @Test func `a hash has one text`() {
        let text = Self.previous.description
        #expect(ProofHash(text) == Self.previous)
        for bad in [text.uppercased(), String(text.dropLast()), text + "0", String(text.dropLast()) + "g", ""] {
            #expect(ProofHash(bad) == nil)
        }
        #expect(ProofHash(bytes: [1, 2, 3]) == nil)
    }
}
