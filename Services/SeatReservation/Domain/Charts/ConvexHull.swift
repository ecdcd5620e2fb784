/// The smallest convex polygon around points (Andrew's monotone chain).
enum ConvexHull {
    /// The hull of squares of half side `margin` around the points; clockwise on a screen.
    static func around(_ points: some Sequence<ChartPoint>, margin: Double) -> [ChartPoint] {
        of(
            points.flatMap { point in
                [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map {
                    ChartPoint(x: point.x + $0.0 * margin, y: point.y + $0.1 * margin)
                }
            })
    }

    static func of(_ points: [ChartPoint]) -> [ChartPoint] {
        let sorted = Set(points).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        guard sorted.count > 2 else { return sorted }
        return chain(sorted).dropLast() + chain(sorted.reversed()).dropLast()
    }

    private static func chain(_ sorted: [ChartPoint]) -> [ChartPoint] {
        var chain: [ChartPoint] = []
        for point in sorted {
            while chain.count > 1, turn(chain[chain.count - 2], chain[chain.count - 1], point) <= 0 {
                chain.removeLast()
            }
            chain.append(point)
        }
        return chain
    }

    private static func turn(_ a: ChartPoint, _ b: ChartPoint, _ c: ChartPoint) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }
}
