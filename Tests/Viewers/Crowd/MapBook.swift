import Ticketing
import Wire

/// All maps that viewers ever had, each once: what a frame makes of a map is worked out for the first viewer and looked
/// up for the others.
final class MapBook {
    struct Map {
        let position: SeatsPosition
        let states: PackedSeatStates
    }

    /// What a delta makes of a map, by DESIGN's rule: the same epoch and `after_sequence ≤ mine < sequence`.
    enum Step {
        case map(Int)
        case gap
        case back
    }

    private struct Move: Hashable {
        let map: Int
        let frame: Int
    }

    private(set) var maps: [Map] = []
    /// Positions at which two viewers' maps differed.
    private(set) var forks: [SeatsPosition] = []
    private var places: [SeatsPosition: [Int]] = [:]
    private var steps: [Move: Step] = [:]
    private var starts: [Int: Int] = [:]

    /// The map of a snapshot, the frame at a place; nil when it can't be read.
    func start(_ snapshot: SeatSnapshot, frame: Int) -> Int? {
        if let known = starts[frame] { return known }
        guard let states = snapshot.packedStates else { return nil }
        let place = place(of: Map(position: snapshot.position, states: states))
        starts[frame] = place
        return place
    }

    func step(from map: Int, by delta: SeatDelta, frame: Int) -> Step {
        let move = Move(map: map, frame: frame)
        if let known = steps[move] { return known }
        let step = work(maps[map], delta)
        steps[move] = step
        return step
    }

    private func work(_ map: Map, _ delta: SeatDelta) -> Step {
        guard delta.epoch == map.position.epoch, delta.afterSequence <= map.position.sequence else { return .gap }
        guard delta.sequence > map.position.sequence else { return .back }
        var states = map.states
        for change in delta.changes where Int(change.seatIndex) < states.count {
            states[Int(change.seatIndex)] = change.state
        }
        let position = SeatsPosition(epoch: delta.epoch, sequence: delta.sequence)
        return .map(place(of: Map(position: position, states: states)))
    }

    private func place(of map: Map) -> Int {
        let known = places[map.position] ?? []
        if let same = known.first(where: { maps[$0].states == map.states }) { return same }
        if !known.isEmpty { forks.append(map.position) }
        maps.append(map)
        places[map.position, default: []].append(maps.count - 1)
        return maps.count - 1
    }
}
