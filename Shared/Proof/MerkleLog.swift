/// A growing tree that answers for each of its earlier sizes as well: what stands over a full pair never changes.
public struct MerkleLog: Sendable {
    // levels[0] are the leaves; levels[n] stand over 2^n leaves each, all of them there.
    private var levels: [[ProofHash]] = [[]]

    /// An empty one.
    public init() {}

    /// How many leaves there are.
    public var count: Int { levels[0].count }

    /// Adds a leaf.
    public mutating func append(_ leaf: ProofHash) {
        levels[0].append(leaf)
        var level = 0
        while levels[level].count % 2 == 0 {
            if levels.count == level + 1 { levels.append([]) }
            let pair = levels[level].suffix(2)
            levels[level + 1].append(MerkleTree.node(pair[pair.startIndex], pair[pair.startIndex + 1]))
            level += 1
        }
    }

    /// The root over the first so many leaves; nil over none, or over more than there are.
    public func root(size: Int) -> ProofHash? {
        guard size > 0, size <= count else { return nil }
        return root(from: 0, to: size)
    }

    /// The neighbours on the way from a leaf to the root over the first so many leaves, the leaf's own first.
    public func path(of index: Int, size: Int) -> [ProofHash]? {
        guard index >= 0, index < size, size <= count else { return nil }
        var path: [ProofHash] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + Self.leftCount(of: range.count)
            if index < middle {
                path.append(root(from: middle, to: range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(root(from: range.lowerBound, to: middle))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// The hash over a range that the tree has a place for: it begins at a multiple of the power of two that holds it.
    private func root(from lower: Int, to upper: Int) -> ProofHash {
        let size = upper - lower
        if size & (size - 1) == 0 {
            let level = size.trailingZeroBitCount
            return levels[level][lower >> level]
        }
        let middle = lower + Self.leftCount(of: size)
        return MerkleTree.node(root(from: lower, to: middle), root(from: middle, to: upper))
    }

    /// The largest power of two below a size of two or more.
    private static func leftCount(of size: Int) -> Int {
        1 << (Int.bitWidth - 1 - (size - 1).leadingZeroBitCount)
    }
}
