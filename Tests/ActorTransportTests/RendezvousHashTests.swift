import ActorTransport
import Testing

/// Which replica a name belongs to.
struct RendezvousHashTests {
    private let names = (0..<20_000).map { "0198f0a2-7c1e-7000-8000-\(String($0, radix: 16))" }
    private let replicas = (1...5).map { "10.0.0.\($0):8081" }

    private func owners(among replicas: [String]) -> [String] {
        names.map { replicas[RendezvousHash.ranking(of: $0, among: replicas)[0]] }
    }

    @Test func `names spread evenly`() {
        let counts = Dictionary(grouping: owners(among: replicas)) { $0 }.mapValues(\.count)
        for replica in replicas {
            let share = Double(counts[replica] ?? 0) / Double(names.count)
            #expect((0.18...0.22).contains(share), "\(replica) has \(share)")
        }
    }

    @Test func `a new replica takes its own share of the names, and no other name moves`() {
        let before = owners(among: Array(replicas.dropLast()))
        let after = owners(among: replicas)
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.1 == replicas[4] })
        let share = Double(moved.count) / Double(names.count)
        #expect((0.18...0.22).contains(share), "\(share) of the names moved")
    }

    @Test func `a replica that goes moves its own names only, each to its second choice`() {
        let left = Array(replicas.dropFirst())
        for name in names.prefix(2_000) {
            let ranked = RendezvousHash.ranking(of: name, among: replicas).map { replicas[$0] }
            let expected = ranked.filter { $0 != replicas[0] }
            #expect(RendezvousHash.ranking(of: name, among: left).map { left[$0] } == expected)
        }
    }

    @Test func `the order of the list does not matter`() {
        let turned = Array(replicas.reversed())
        for name in names.prefix(2_000) {
            #expect(
                RendezvousHash.ranking(of: name, among: replicas).map { replicas[$0] }
                    == RendezvousHash.ranking(of: name, among: turned).map { turned[$0] })
        }
    }

    @Test func `no replica gives no choice, and one is the choice`() {
        #expect(RendezvousHash.ranking(of: "a", among: []) == [])
        #expect(RendezvousHash.ranking(of: "a", among: ["x"]) == [0])
    }
}
