import LedgerStore
import Synchronization
import Ticketing

/// The memories of all maps of this replica, followed batch by batch.
final class MapMemories: Sendable {
    private let memories = Mutex<[PerformanceID: MapMemory]>([:])

    /// The memory of a performance, made when there is none.
    func memory(of performance: PerformanceID) -> MapMemory {
        memories.withLock { memories in
            if let known = memories[performance] { return known }
            let made = MapMemory()
            memories[performance] = made
            return made
        }
    }

    /// A batch committed.
    func follow(_ reading: DoorReading) {
        memories.withLock { $0[reading.performanceID] }?.follow(reading, at: .now)
    }

    /// A map was closed.
    func forget(_ performance: PerformanceID) {
        memories.withLock { $0[performance] = nil }
    }
}
