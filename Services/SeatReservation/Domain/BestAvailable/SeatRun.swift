import Ticketing
import Wire

/// Seats of one row side by side, without an aisle between them.
struct SeatRun {
    /// Neighbours farther apart than so many times the usual distance have an aisle between them.
    private static let aisle = 1.6
    /// The usual distance is looked for between these, in seat widths.
    private static let pitchBounds = 0.5...3.0
    /// Around a table chairs may stand as far apart as this, in seat widths.
    private static let roundPitchMax = 4.0

    let section: Int
    /// Neighbours beside each other.
    let seats: [SeatIndex]

    /// The usual distance between neighbours of a section; 1 where nobody has one.
    static func pitch(of section: ChartSectionResource) -> Double {
        let distances = section.rows.flatMap { row in
            let points = row.seats.compactMap(\.position)
            let line = SeatLine.order(of: points)
            return line.isRound ? [] : steps(points, line.order)
        }
        guard !distances.isEmpty else { return 1 }
        return min(pitchBounds.upperBound, max(pitchBounds.lowerBound, distances.sorted()[distances.count / 2]))
    }

    /// The runs of a row whose first seat has the index given.
    static func runs(
        of row: ChartRowResource, firstSeat: SeatIndex, section: Int, sectionPitch: Double
    ) -> [SeatRun] {
        let seated = row.seats.indices.filter { row.seats[$0].position != nil }
        let points = seated.compactMap { row.seats[$0].position }
        guard !points.isEmpty else { return [] }
        let line = SeatLine.order(of: points)
        let steps = steps(points, line.order)
        let median = steps.isEmpty ? sectionPitch : steps.sorted()[steps.count / 2]
        // Around a table the chairs may stand wider than in a row; in a row that is all aisles they must not.
        let pitch = min(median, line.isRound ? roundPitchMax : sectionPitch)
        var runs = [[line.order[0]]]
        for (seat, step) in zip(line.order.dropFirst(), steps) {
            if step <= pitch * aisle {
                runs[runs.count - 1].append(seat)
            } else {
                runs.append([seat])
            }
        }
        return runs.map { run in SeatRun(section: section, seats: run.map { firstSeat + SeatIndex(seated[$0]) }) }
    }

    private static func steps(_ points: [ChartPoint], _ order: [Int]) -> [Double] {
        zip(order, order.dropFirst()).map { points[$0].distance(to: points[$1]) }
    }
}
