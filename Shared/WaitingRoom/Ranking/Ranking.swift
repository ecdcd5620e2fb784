import Crypto
import Foundation
import Proof
public import Ticketing

/// The order in which the entries of a list stand in line, by their numbers. Position and number are both from 1.
///
/// An entry's place follows from HMAC-SHA256(seed, the 36 characters of its id) alone: when somebody came says nothing
/// about it, and nobody who does not know the seed can choose an id for it.
public struct Ranking: Hashable, Sendable {
    /// By position.
    private let numbers: [UInt32]
    /// By number.
    private let positions: [UInt32]

    /// Ranks a list, given in the order of its numbers.
    public init(of entries: [EntryID], by seed: RankingSeed) {
        let key = SymmetricKey(data: seed.bytes)
        var ranks: [Rank] = []
        ranks.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() {
            let code = HMAC<SHA256>.authenticationCode(for: Array(entry.description.utf8), using: key)
            ranks.append(Rank(code: code.withUnsafeBytes { ProofWords($0) }, number: UInt32(place + 1)))
        }
        ranks.sort()
        self.init(permutation: ranks.map(\.number))
    }

    /// An order that was made elsewhere; nil when it does not hold each number once.
    public init?(numbers: [UInt32]) {
        var seen = [Bool](repeating: false, count: numbers.count)
        for number in numbers {
            guard number >= 1, Int(number) <= numbers.count, !seen[Int(number) - 1] else { return nil }
            seen[Int(number) - 1] = true
        }
        self.init(permutation: numbers)
    }

    private init(permutation numbers: [UInt32]) {
        self.numbers = numbers
        var positions = [UInt32](repeating: 0, count: numbers.count)
        for (place, number) in numbers.enumerated() { positions[Int(number) - 1] = UInt32(place + 1) }
        self.positions = positions
    }

    /// How many entries it ranks.
    public var count: Int { numbers.count }

    /// Where an entry of the list stands.
    public func position(of number: Int64) -> Int64 { Int64(positions[Int(number) - 1]) }

    /// Which entry stands there.
    public func number(at position: Int64) -> Int64 { Int64(numbers[Int(position) - 1]) }

    // MARK: As it crosses

    /// Four bytes each, the lowest first, in standard base64.
    public var packed: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 4)
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        return Data(bytes).base64EncodedString()
    }

    /// Reads ``packed``; nil for anything else.
    public init?(packed text: String) {
        guard let data = Data(base64Encoded: text), data.count % 4 == 0 else { return nil }
        let bytes = Array(data)
        self.init(
            numbers: stride(from: 0, to: bytes.count, by: 4).map { place in
                UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
                    | UInt32(bytes[place + 3]) << 24
            })
    }
}

/// What an entry is sorted by: its code, as four words of which the first counts most. Two entries of one code can't
/// be; were there two, the earlier number would come first.
private struct Rank: Comparable {
    let code: ProofWords
    let number: UInt32

    static func < (left: Rank, right: Rank) -> Bool {
        left.code == right.code ? left.number < right.number : left.code < right.code
    }
}

/// 32 bytes as a number.
private struct ProofWords: Comparable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: UnsafeRawBufferPointer) {
        func word(_ place: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    static func < (left: ProofWords, right: ProofWords) -> Bool { left.words < right.words }
    static func == (left: ProofWords, right: ProofWords) -> Bool { left.words == right.words }
}
