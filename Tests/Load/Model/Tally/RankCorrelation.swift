/// Whether two orders of the same things have anything to do with each other.
enum RankCorrelation {
    /// Spearman's: 1 for the same order, -1 for the opposite one, about 0 for none. Equal values share their ranks.
    static func spearman(_ left: [Double], _ right: [Double]) -> Double {
        precondition(left.count == right.count, "ranks of different things")
        let (left, right) = (ranks(left), ranks(right))
        let mean = Double(left.count + 1) / 2
        var together = 0.0
        var leftSquares = 0.0
        var rightSquares = 0.0
        for (one, other) in zip(left, right) {
            together += (one - mean) * (other - mean)
            leftSquares += (one - mean) * (one - mean)
            rightSquares += (other - mean) * (other - mean)
        }
        let scale = (leftSquares * rightSquares).squareRoot()
        return scale > 0 ? together / scale : 0
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
            first = last + 1
        }
        return ranks
    }
}
