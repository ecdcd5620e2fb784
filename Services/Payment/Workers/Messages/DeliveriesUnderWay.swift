import Synchronization

/// What a worker has under way, by consumer.
final class DeliveriesUnderWay: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    var count: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// The consumers that have as much under way as they may.
    func busy(perConsumerMax: Int) -> [String] {
        counts.withLock { counts in counts.filter { $0.value >= perConsumerMax }.map(\.key) }
    }

    func begin(_ consumer: String) {
        counts.withLock { $0[consumer, default: 0] += 1 }
    }

    func end(_ consumer: String) {
        counts.withLock { counts in
            let left = (counts[consumer] ?? 0) - 1
            counts[consumer] = left > 0 ? left : nil
        }
    }
}
