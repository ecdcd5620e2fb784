/// A `numeric` in its binary format: digits to the base 10,000, the weight of the first, a sign, digits to show.
struct PostgresNumeric {
    private static let positive: UInt16 = 0x0000
    private static let negative: UInt16 = 0x4000

    private let digits: [Int64]
    private let weight: Int
    private let isNegative: Bool
    private let scale: Int

    init(_ cell: PostgresCell) throws(PostgresFailure) {
        var reader = try BinaryReader(cell)
        let count: Int16 = try reader.read()
        weight = Int(try reader.read(Int16.self))
        let sign: UInt16 = try reader.read()
        guard sign == Self.positive || sign == Self.negative else {
            throw .unexpectedValue("a numeric NaN or infinity")
        }
        isNegative = sign == Self.negative
        scale = Int(try reader.read(UInt16.self))
        var digits: [Int64] = []
        for _ in 0..<max(0, count) { digits.append(Int64(try reader.read(Int16.self))) }
        self.digits = digits
    }

    /// The value, where it is whole and fits.
    func integer() throws(PostgresFailure) -> Int64 {
        guard digits.count <= weight + 1 else { throw .unexpectedValue("a numeric with a fraction for an integer") }
        var value: Int64 = 0
        for position in 0..<max(0, weight + 1) {
            let (shifted, overflowed) = value.multipliedReportingOverflow(by: 10_000)
            let digit = position < digits.count ? digits[position] : 0
            let (sum, carried) = shifted.subtractingReportingOverflow(digit)
            if overflowed || carried { throw .unexpectedValue("a numeric too large for an integer") }
            value = sum
        }
        if isNegative { return value }
        guard value != .min else { throw .unexpectedValue("a numeric too large for an integer") }
        return -value
    }

    /// The value as PostgreSQL would write it.
    func text() -> String {
        var text = isNegative ? "-" : ""
        if weight < 0 { text += "0" }
        for position in 0..<max(0, weight + 1) {
            let digit = String(position < digits.count ? digits[position] : 0)
            text += position == 0 ? digit : String(repeating: "0", count: 4 - digit.count) + digit
        }
        guard scale > 0 else { return text }
        var fraction = ""
        var position = weight + 1
        while fraction.count < scale {
            let digit = String(digits.indices.contains(position) ? digits[position] : 0)
            fraction += String(repeating: "0", count: 4 - digit.count) + digit
            position += 1
        }
        return text + "." + fraction.prefix(scale)
    }
}
