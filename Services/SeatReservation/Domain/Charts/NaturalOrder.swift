/// The order in which people put names: numbers within them count as numbers, so that A2 comes before A10.
enum NaturalOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var leftAt = 0
        var rightAt = 0
        while leftAt < left.count, rightAt < right.count {
            if isDigit(left[leftAt]), isDigit(right[rightAt]) {
                let leftNumber = number(in: left, at: &leftAt)
                let rightNumber = number(in: right, at: &rightAt)
                if leftNumber.count != rightNumber.count { return leftNumber.count < rightNumber.count }
                if leftNumber != rightNumber { return leftNumber.lexicographicallyPrecedes(rightNumber) }
            } else {
                if left[leftAt] != right[rightAt] { return left[leftAt] < right[rightAt] }
                leftAt += 1
                rightAt += 1
            }
        }
        if left.count - leftAt != right.count - rightAt { return left.count - leftAt < right.count - rightAt }
        return left.lexicographicallyPrecedes(right)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// The digits from `at` on, without leading zeros; `at` moves past them.
    private static func number(in scalars: [Unicode.Scalar], at: inout Int) -> ArraySlice<Unicode.Scalar> {
        let start = at
        while at < scalars.count, isDigit(scalars[at]) { at += 1 }
        return scalars[start..<at].drop { $0 == "0" }
    }
}
