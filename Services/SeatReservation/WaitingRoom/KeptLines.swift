import Ticketing

/// The lines that are kept, so many at most. Anybody may ask for any performance: who has no waiting room goes first, and
/// of those that are alike the one that was asked for least lately.
struct KeptLines<Line> {
    private struct Entry {
        let line: Line
        let sighting: RoomSighting
        var usedAt: ContinuousClock.Instant
    }

    private let countMax: Int
    private var entries: [PerformanceID: Entry] = [:]

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// A performance's line, made by the closure where none is kept.
    mutating func line(
        of performance: PerformanceID, at now: ContinuousClock.Instant, making make: (RoomSighting) -> Line
    ) -> Line {
        if let entry = entries[performance] {
            entries[performance]?.usedAt = now
            return entry.line
        }
        if entries.count >= countMax, let first = entries.min(by: { Self.goes($0.value, before: $1.value) })?.key {
            entries[first] = nil
        }
        let sighting = RoomSighting()
        let line = make(sighting)
        entries[performance] = Entry(line: line, sighting: sighting, usedAt: now)
        return line
    }

    private static func goes(_ left: Entry, before right: Entry) -> Bool {
        let (leftHasRoom, rightHasRoom) = (left.sighting.wasSeen, right.sighting.wasSeen)
        return leftHasRoom == rightHasRoom ? left.usedAt < right.usedAt : rightHasRoom
    }
}
