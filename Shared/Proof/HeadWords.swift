import Ticketing
import Wire

extension ProofHeadResource {
    /// What is signed of a head, in one line.
    var signedBytes: [UInt8] {
        Array(
            ("box-office head 1 \(keyId) \(performanceId) \(epoch) \(sequence) \(chainHash) \(treeHash) "
                + "\(publishedAt.unixMicroseconds)").utf8)
    }
}
