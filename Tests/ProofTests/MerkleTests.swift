import Testing

@testable import Proof

/// The tree, against RFC 6962's own definition of it.
struct MerkleTests {
    private static func leaves(_ count: Int) -> [ProofHash] {
        (0..<count).map { MerkleTree.leaf(Array("\($0)".utf8)) }
    }

    /// RFC 6962, section 2.1, word for word.
    private static func defined(_ leaves: ArraySlice<ProofHash>) -> ProofHash {
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        var left = 1
        while left * 2 < leaves.count { left *= 2 }
        let middle = leaves.startIndex + left
        return MerkleTree.node(defined(leaves[..<middle]), defined(leaves[middle...]))
    }

    @Test func `a leaf, and nothing, hash as the specification's examples do`() {
        // The hash of an empty leaf, and of three nodes' worth of one tree of seven, from RFC 6962's reference tests.
        #expect(
            MerkleTree.leaf([]).description == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(
            MerkleTree.root([MerkleTree.leaf([]), MerkleTree.leaf([0])])?.description
                == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
        #expect(MerkleTree.root([]) == nil)
    }

    @Test(arguments: 1...70) func `every root of every size is the defined one`(count: Int) {
        let leaves = Self.leaves(count)
        var log = MerkleLog()
        for leaf in leaves { log.append(leaf) }
        for size in 1...count { #expect(log.root(size: size) == Self.defined(leaves[..<size])) }
        #expect(log.root(size: 0) == nil)
        #expect(log.root(size: count + 1) == nil)
    }

    @Test(arguments: 1...40) func `every leaf's path leads to its root, and to no other place`(size: Int) {
        let leaves = Self.leaves(size)
        var log = MerkleLog()
        for leaf in leaves { log.append(leaf) }
        let root = log.root(size: size)
        for index in 0..<size {
            guard let path = log.path(of: index, size: size) else {
                Issue.record("no path of \(index) in \(size)")
                continue
            }
            #expect(MerkleTree.root(from: leaves[index], at: index, of: size, by: path) == root)
            for other in 0..<size where other != index {
                #expect(MerkleTree.root(from: leaves[index], at: other, of: size, by: path) != root)
            }
            #expect(MerkleTree.root(from: leaves[index], at: index, of: size, by: path + [leaves[0]]) != root)
            if !path.isEmpty {
                #expect(MerkleTree.root(from: leaves[index], at: index, of: size, by: Array(path.dropLast())) != root)
            }
        }
        #expect(log.path(of: size, size: size) == nil)
        #expect(log.path(of: -1, size: size) == nil)
        #expect(log.path(of: 0, size: size + 1) == nil)
    }
}
