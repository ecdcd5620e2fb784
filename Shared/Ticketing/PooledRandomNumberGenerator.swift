import Glibc
import Synchronization

/// The kernel's random numbers, fetched 32 at a time: each call to the kernel costs as much as the rest of making an id.
///
/// No number is given twice, in whatever threads it is asked for. A process that forks without becoming another program
/// must not use it on both sides.
struct PooledRandomNumberGenerator: RandomNumberGenerator {
    // The most that the kernel gives at once: 256 bytes.
    private static let wordsMax = 32
    private static let fetched = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        Self.fetched.withLock { words in
            if let word = words.popLast() { return word }
            words = [UInt64](repeating: 0, count: Self.wordsMax)
            let result = words.withUnsafeMutableBytes { getentropy($0.baseAddress!, $0.count) }
            precondition(result == 0, "the kernel has no random numbers")
            return words.removeLast()
        }
    }
}
