import Proof
import Testing
import Ticketing
import WaitingRoom

/// The order of those who came before the opening.
struct RankingTests {
    @Test func `another program ranks a list the same way`() throws {
        let ranking = Ranking(of: Samples.entries(5), by: try #require(Samples.seed))
        #expect((1...5).map { ranking.number(at: Int64($0)) } == [3, 4, 2, 5, 1])
        #expect((1...5).map { ranking.position(of: Int64($0)) } == [5, 3, 1, 2, 4])
        #expect(
            try #require(Samples.seed).hash.description
                == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd")
        #expect(
            EntryList.hash(of: Samples.entries(5)).description
                == "21a53b61fb27eb31684dd0251cc3780a73eaf1502db7ed349bac2d3cda5cff44")
    }

    @Test func `a rank says nothing about when somebody came`() throws {
        let count = 10_000
        let ranking = Ranking(of: Samples.entries(count), by: try #require(Samples.seed))
        // Spearman's coefficient; by chance alone it is within 0.03 in 99.7 of 100 lists of this length.
        let squares = (1...count).reduce(0.0) { sum, number in
            let difference = Double(ranking.position(of: Int64(number)) - Int64(number))
            return sum + difference * difference
        }
        let size = Double(count)
        #expect(abs(1 - 6 * squares / (size * (size * size - 1))) < 0.03)
        // Nor do those who came first, or last, stand in front.
        let firsts = (1...100).map { ranking.number(at: $0) }
        #expect((30...70).contains(firsts.filter { $0 <= 5_000 }.count))
    }

    @Test func `everybody has one position, and each position one entry`() throws {
        let ranking = Ranking(of: Samples.entries(1_000), by: try #require(Samples.seed))
        #expect(Set((1...1_000).map { ranking.position(of: $0) }) == Set(1...1_000))
        for position in Int64(1)...1_000 { #expect(ranking.position(of: ranking.number(at: position)) == position) }
    }

    @Test func `another seed gives another order`() throws {
        let other = try #require(RankingSeed(bytes: [UInt8](repeating: 7, count: 32)))
        let entries = Samples.entries(100)
        #expect(Ranking(of: entries, by: other) != Ranking(of: entries, by: try #require(Samples.seed)))
        #expect(RankingSeed(bytes: [1]) == nil)
    }

    @Test func `it crosses as it is, and nothing else is read`() throws {
        let ranking = Ranking(of: Samples.entries(300), by: try #require(Samples.seed))
        #expect(Ranking(packed: ranking.packed) == ranking)
        #expect(Ranking(packed: "")?.count == 0)
        for text in ["AAAAAA==", "AQAAAAEAAAA=", "AgAAAA==", "AAAAAA", "!"] { #expect(Ranking(packed: text) == nil) }
        #expect(Ranking(numbers: [2, 1, 3])?.position(of: 2) == 1)
        for numbers in [[UInt32(0)], [2], [1, 1], [1, 3]] { #expect(Ranking(numbers: numbers) == nil) }
    }

    @Test func `an empty list is ranked too`() throws {
        #expect(Ranking(of: [], by: try #require(Samples.seed)).count == 0)
        #expect(EntryList.hash(of: []) == ProofHash(of: []))
    }
}
