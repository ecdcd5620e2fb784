import Foundation

/// Puts a row's seats in the order in which people sit, by position and not by label.
enum SeatLine {
    /// Rounder than this (the spread across to the spread along) and the row is a table or a deep curve.
    private static let roundness = 0.3

    /// Numbers of the points in order along their line, or around their middle where they lie in the round.
    static func order(of points: [ChartPoint]) -> (order: [Int], isRound: Bool) {
        guard points.count > 1 else { return (Array(points.indices), false) }
        let middle = points.reduce(.zero, +) * (1 / Double(points.count))
        let offsets = points.map { $0 - middle }
        let alongX = offsets.reduce(0) { $0 + $1.x * $1.x }
        let alongY = offsets.reduce(0) { $0 + $1.y * $1.y }
        let mixed = offsets.reduce(0) { $0 + $1.x * $1.y }
        let difference = ((alongX - alongY) * (alongX - alongY) + 4 * mixed * mixed).squareRoot()
        let long = (alongX + alongY + difference) / 2
        let short = max(0, (alongX + alongY - difference) / 2)
        if points.count > 2, short > Self.roundness * Self.roundness * long {
            return (around(offsets), true)
        }
        let angle = atan2(2 * mixed, alongX - alongY) / 2
        let places = offsets.map { $0.x * cos(angle) + $0.y * sin(angle) }
        return (points.indices.sorted { (places[$0], $0) < (places[$1], $1) }, false)
    }

    /// By angle, beginning after the widest gap.
    private static func around(_ offsets: [ChartPoint]) -> [Int] {
        let angles = offsets.map { atan2($0.y, $0.x) }
        let sorted = offsets.indices.sorted { (angles[$0], $0) < (angles[$1], $1) }
        var start = 0
        var widest = angles[sorted[0]] + 2 * .pi - angles[sorted[sorted.count - 1]]
        for position in 1..<sorted.count {
            let gap = angles[sorted[position]] - angles[sorted[position - 1]]
            guard gap > widest + 1e-9 else { continue }
            widest = gap
            start = position
        }
        return Array(sorted[start...] + sorted[..<start])
    }
}
