import Crypto
import Foundation
public import Proof
public import Ticketing

/// The entries that a room had at its opening, in the order of their numbers.
public enum EntryList {
    /// What is published of it before the seed: SHA-256 over each id's 36 characters and a line feed.
    public static func hash(of entries: [EntryID]) -> ProofHash {
        var hash = SHA256()
        for entry in entries { hash.update(data: Array((entry.description + "\n").utf8)) }
        guard let finished = ProofHash(bytes: hash.finalize().withUnsafeBytes { Array($0) }) else {
            preconditionFailure("SHA-256 of another length")
        }
        return finished
    }
}
