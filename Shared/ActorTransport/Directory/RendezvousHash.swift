/// Ranks replicas for a name so that all callers agree, and so that one replica's going moves only its own names.
///
/// Highest random weight: each pair of name and replica has a weight, and the heaviest replica comes first.
public enum RendezvousHash {
    /// The positions of the replicas, the one to be asked first in front.
    public static func ranking(of name: String, among replicas: [String]) -> [Int] {
        let seed = hash(name.utf8, seed: 0xcbf2_9ce4_8422_2325)
        let weights = replicas.map { mixed(hash($0.utf8, seed: seed)) }
        return replicas.indices.sorted { (weights[$0], $0) > (weights[$1], $1) }
    }

    // FNV-1a, whose low bits SplitMix64's finisher spreads.
    private static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64) -> UInt64 {
        bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
