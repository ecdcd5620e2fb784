/// The hash tree of RFC 6962, section 2.1: leaves and nodes are hashed with different first bytes, so that neither can
/// pass for the other.
public enum MerkleTree {
    /// A leaf of some content.
    public static func leaf(_ content: [UInt8]) -> ProofHash {
        ProofHash(of: [0] + content)
    }

    /// What stands above two neighbours.
    public static func node(_ left: ProofHash, _ right: ProofHash) -> ProofHash {
        ProofHash(of: [1] + left.bytes + right.bytes)
    }

    /// The root over leaves; nil over none.
    public static func root(_ leaves: [ProofHash]) -> ProofHash? {
        var log = MerkleLog()
        for leaf in leaves { log.append(leaf) }
        return log.root(size: leaves.count)
    }

    /// The root that a leaf's path leads to; nil when it is no path of that place in a tree of that size.
    /// RFC 9162, section 2.1.3.2.
    public static func root(from leaf: ProofHash, at index: Int, of size: Int, by path: [ProofHash]) -> ProofHash? {
        guard index >= 0, index < size else { return nil }
        var place = index
        var last = size - 1
        var hash = leaf
        for neighbour in path {
            guard last > 0 else { return nil }
            if place % 2 == 1 || place == last {
                hash = node(neighbour, hash)
                while place % 2 == 0, place > 0 {
                    place /= 2
                    last /= 2
                }
            } else {
                hash = node(hash, neighbour)
            }
            place /= 2
            last /= 2
        }
        return last == 0 ? hash : nil
    }
}
