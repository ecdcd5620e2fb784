import Testing
import Ticketing
import Wire

@testable import Proof

/// A ticket's proof, and everything that may be done to it.
struct TicketProofTests {
    private static let signer = HeadSigner(keyID: "k1", secret: [UInt8](repeating: 7, count: 32))
    private static let stranger = HeadSigner(keyID: "k1", secret: [UInt8](repeating: 8, count: 32))
    private static let performance = PerformanceID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
    private static let code = "7ZZ4M-00000-00000-00000-00000-A"

    private static func key(_ signer: HeadSigner) -> HeadKey {
        guard let key = HeadKey(signer.resource.publicKey) else { preconditionFailure("a key has 64 digits") }
        return key
    }

    private static func words(_ seat: SeatIndex) -> TicketWords {
        let codeHash = TicketWords.hash(ofCode: seat == 5 ? code : "code of \(seat)")
        return TicketWords(
            ticket: ProvenTicketResource(
                ticketId: TicketID(high: 1, low: UInt64(seat)), orderId: OrderID(high: 2, low: UInt64(seat)),
                performanceId: performance, seatIndex: seat, seatLabel: "Block 12, row C, seat \(seat)",
                price: Money(amountMinor: 55_000, currency: "KRW"),
                serviceFee: Money(amountMinor: 2_000, currency: "KRW"), codeHash: codeHash.description),
            codeHash: codeHash)
    }

    /// The proof of seat 5, sold with 4 and 9 by change `place` of `length`.
    private static func proof(change place: Int = 7, of length: Int = 23) throws -> TicketProofResource {
        var hash = ChainLink.beginning(of: performance)
        var chain = MerkleLog()
        var sold: (link: ChainLink, previous: ProofHash)?
        let seats: [SeatIndex] = [4, 5, 9]
        var tickets = MerkleLog()
        for seat in seats { tickets.append(words(seat).leaf) }
        for sequence in 1...length {
            let isSale = sequence == place
            let link = ChainLink(
                sequence: Int64(sequence),
                committedAt: Timestamp(unixMicroseconds: 1_763_000_000_000_000 + Int64(sequence)),
                changes: isSale
                    ? seats.map { SeatChange(seatIndex: $0, state: .sold) } : [SeatChange(seatIndex: 1, state: .held)],
                ticketsHash: isSale ? tickets.root(size: 3) : nil)
            if isSale { sold = (link, hash) }
            hash = link.hash(after: hash)
            chain.append(MerkleTree.leaf(hash.bytes))
        }
        let head = try signer.sign(
            ProofHeadResource(
                performanceId: performance, epoch: 1, sequence: Int64(length), chainHash: hash.description,
                treeHash: try #require(chain.root(size: length)).description,
                publishedAt: Timestamp(unixMicroseconds: 1_763_000_100_000_000), keyId: "", signature: ""))
        let (link, previous) = try #require(sold)
        return TicketProofResource(
            ticket: words(5).ticket,
            change: ProvenChangeResource(
                sequence: link.sequence, committedAt: link.committedAt, previousHash: previous.description,
                changes: link.changes, ticketsHash: try #require(link.ticketsHash).description),
            ticketPath: try #require(tickets.path(of: 1, size: 3)).map(\.description),
            changePath: try #require(chain.path(of: place - 1, size: length)).map(\.description), head: head)
    }

    private static func fault(_ proof: TicketProofResource, code: String? = nil) -> TicketProofFault? {
        do {
            try TicketProof(proof).verify(keys: [key(signer)], code: code)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [(1, 1), (1, 2), (2, 2), (7, 23), (16, 16), (17, 17), (1, 10_000), (9_999, 10_000)])
    func `a proof of any place in a history of any length is valid, and small`(place: Int, length: Int) throws {
        let proof = try Self.proof(change: place, of: length)
        #expect(Self.fault(proof) == nil)
        #expect(try WireJSON.encode(proof).count < 4_096)
    }

    @Test func `the code on the ticket is the proof's, and no other is`() throws {
        #expect(Self.fault(try Self.proof(), code: Self.code) == nil)
        #expect(Self.fault(try Self.proof(), code: "another") == .otherCode)
    }

    @Test func `it survives the file that it travels in`() throws {
        let proof = try Self.proof()
        #expect(try WireJSON.decode(TicketProofResource.self, from: try WireJSON.encode(proof)) == proof)
    }

    @Test func `a stranger's signature is none`() throws {
        var proof = try Self.proof()
        proof.head = try Self.stranger.sign(proof.head)
        #expect(Self.fault(proof) == .headNotSigned)
        #expect(throws: TicketProofFault.headNotSigned) { try TicketProof(proof).verify(keys: []) }
        try TicketProof(proof).verify(keys: nil)
    }

    /// Each fault by what brings it about.
    @Test func `every fault has its word`() throws {
        let good = try Self.proof()
        let other = PerformanceID(high: 9, low: 9)
        let cases: [(TicketProofFault, (inout TicketProofResource) -> Void)] = [
            (.unknownFormat, { $0.format = "box-office-ticket-proof-2" }),
            (.malformedHash, { $0.change.previousHash = $0.change.previousHash.uppercased() }),
            (.malformedHash, { $0.ticketPath[0] = "" }),
            (.otherPerformance, { $0.ticket.performanceId = other }),
            (.changeBehindHead, { $0.change.sequence = 24 }),
            (.changeBehindHead, { $0.change.sequence = 0 }),
            (.changeBehindHead, { $0.change.sequence = .min }),
            (.seatsOutOfOrder, { $0.change.changes.swapAt(0, 1) }),
            (.seatsOutOfOrder, { $0.change.changes.append($0.change.changes[2]) }),
            (.seatNotSold, { $0.ticket.seatIndex = 6 }),
            (.seatNotSold, { $0.change.changes[1] = SeatChange(seatIndex: 5, state: .held) }),
            (.ticketNotIssued, { $0.ticket.seatIndex = 9 }),
            (.ticketNotIssued, { $0.ticket.orderId = OrderID(high: 2, low: 9) }),
            (.ticketNotIssued, { $0.ticket.seatLabel = "Row A, seat 1" }),
            (.ticketNotIssued, { $0.ticketPath.removeLast() }),
            (.ticketNotIssued, { $0.change.changes.remove(at: 2) }),
            (.changeNotInHistory, { $0.change.committedAt = Timestamp(unixMicroseconds: 1) }),
            (.changeNotInHistory, { $0.changePath.reverse() }),
            (.changeNotInHistory, { $0.change.sequence = 8 }),
            (.changeNotInHistory, { $0.head.sequence = 7 }),
            (.headNotSigned, { $0.head.sequence = 24 }),
            (.headNotSigned, { $0.head.epoch = 2 }),
            (.headNotSigned, { $0.head.keyId = "k2" }),
            (.headNotSigned, { $0.head.publishedAt = Timestamp(unixMicroseconds: 1) }),
            (.headNotSigned, { $0.head.signature = String($0.head.signature.dropLast()) }),
        ]
        for (fault, change) in cases {
            var proof = good
            change(&proof)
            #expect(Self.fault(proof) == fault)
        }
        let shown = Set(cases.map(\.0)).union([.otherCode])
        #expect(Set(TicketProofFault.allCases) == shown)
    }

    @Test func `whatever byte of the file is changed, it is not valid, or says the same`() throws {
        let good = try Self.proof()
        let bytes = try WireJSON.encode(good)
        var random = SystemRandomNumberGenerator()
        for index in bytes.indices {
            for value in [bytes[index] ^ 1, bytes[index] ^ 0x20, UInt8.random(in: 0...255, using: &random)]
            where value != bytes[index] {
                var altered = bytes
                altered[index] = value
                guard let proof = try? WireJSON.decode(TicketProofResource.self, from: altered) else { continue }
                #expect(Self.fault(proof) != nil || proof == good, "byte \(index) became \(value)")
            }
        }
    }

    @Test func `whatever is cut out of the file or doubled in it, it is not valid, or says the same`() throws {
        let good = try Self.proof()
        let bytes = try WireJSON.encode(good)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            for length in [1, 2, 64, 67, 300] where start + length <= bytes.count {
                let cut = Array(bytes[..<start] + bytes[(start + length)...])
                let doubled = Array(bytes[..<(start + length)] + bytes[start...])
                for altered in [cut, doubled] {
                    guard let proof = try? WireJSON.decode(TicketProofResource.self, from: altered) else { continue }
                    #expect(Self.fault(proof) != nil || proof == good, "\(length) bytes at \(start)")
                }
            }
        }
    }
}
