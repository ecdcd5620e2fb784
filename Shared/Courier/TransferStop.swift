import Glibc
import Synchronization

/// When a transfer that nobody waits for any more has to end: at once when it was not begun, else after a grace, since
/// what is cut off in its last step may have arrived.
final class TransferStop: Sendable {
    private let endsAt = Atomic<UInt64>(.max)
    private let graceNanoseconds: UInt64

    init(graceMilliseconds: Int) {
        graceNanoseconds = UInt64(graceMilliseconds) * 1_000_000
    }

    /// Nobody waits any more.
    func cancel() {
        endsAt.store(Self.now + graceNanoseconds, ordering: .relaxed)
    }

    /// Whether nobody waits any more.
    var isCancelled: Bool { endsAt.load(ordering: .relaxed) != .max }

    /// Whether the grace is over.
    var isDue: Bool { endsAt.load(ordering: .relaxed) <= Self.now }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
