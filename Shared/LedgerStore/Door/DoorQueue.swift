import Ticketing

/// One performance's lanes, served in turn. Belongs to the door's actor.
final class DoorQueue {
    let performanceID: PerformanceID
    private(set) var lanes: [any DoorLaneServing] = []
    /// Batches that are committed, and not told yet.
    var untold: [DoorTelling] = []
    var gathering: DoorGathering
    private var next = 0

    init(performanceID: PerformanceID, gathering: DoorGathering) {
        self.performanceID = performanceID
        self.gathering = gathering
    }

    /// How many items wait, of all kinds.
    var count: Int { lanes.reduce(0) { $0 + $1.count } }

    func lane<Kind: DoorBatch>(of _: Kind.Type) -> DoorLane<Kind> {
        for lane in lanes {
            if let found = lane as? DoorLane<Kind> { return found }
        }
        let lane = DoorLane<Kind>()
        lanes.append(lane)
        return lane
    }

    /// Tells what is committed, in its order.
    func tell() {
        var telling: [DoorTelling] = []
        swap(&telling, &untold)
        for tell in telling { tell() }
    }

    /// The lanes that have something waiting, each in its turn.
    func nextRound() -> [any DoorLaneServing] {
        guard !lanes.isEmpty else { return [] }
        next = (next + 1) % lanes.count
        return (lanes[next...] + lanes[..<next]).filter { !$0.isEmpty }
    }
}

/// A lane whose kind only the door's generic code needs to know.
protocol DoorLaneServing: AnyObject {
    /// Whether a batch would find nothing.
    var isEmpty: Bool { get }
    var count: Int { get }
    /// Since when the first of those that wait does; nil when none does.
    var firstArrivedAt: ContinuousClock.Instant? { get }
    func serve(by door: isolated PerformanceDoor, in performance: PerformanceID) async -> DoorTelling
}

extension DoorLane: DoorLaneServing {
    func serve(by door: isolated PerformanceDoor, in performance: PerformanceID) async -> DoorTelling {
        await door.runBatch(of: self, in: performance)
    }
}
