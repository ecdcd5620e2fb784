extension JSONDocument {
    func isNull(_ node: Int) -> Bool { kind(of: node) == .null }

    func bool(_ node: Int) throws(WireJSONFailure) -> Bool {
        switch kind(of: node) {
        case .yes: return true
        case .no: return false
        default: throw wrongType(node, "true or false")
        }
    }

    func string(_ node: Int) throws(WireJSONFailure) -> String {
        switch kind(of: node) {
        case .string, .escapedString: return name(node)
        default: throw wrongType(node, "a string")
        }
    }

    /// A whole number, exactly: also one that is written with a point or an exponent (`2.0`, `1e3`).
    func integer<Value: FixedWidthInteger>(_ node: Int) throws(WireJSONFailure) -> Value {
        if kind(of: node) == .integer, let short = Self.shortInteger(text(of: node)), let value = Value(exactly: short)
        {
            return value
        }
        let decimal: JSONDecimal
        switch kind(of: node) {
        case .integer, .number: decimal = JSONDecimal(text(of: node))
        default: throw wrongType(node, "a whole number")
        }
        guard decimal.isWhole else { throw wrongType(node, "a whole number") }
        guard let magnitude = decimal.wholeMagnitude,
            let value = Value(exactly: decimal.isNegative ? 0 - Int128(magnitude) : Int128(magnitude))
        else {
            throw located(
                WireJSONFailure(.outOfRange, detail: "it must be from \(Value.min) to \(Value.max)"), at: node)
        }
        return value
    }

    /// The value of a sign and up to 18 digits, which 64 bits hold; nil for more.
    private static func shortInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        guard text.count - (isNegative ? 1 : 0) <= 18 else { return nil }
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count { value = value * 10 + Int64(text[index] - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    func double(_ node: Int) throws(WireJSONFailure) -> Double {
        guard kind(of: node) == .integer || kind(of: node) == .number else { throw wrongType(node, "a number") }
        let text = text(of: node)
        if let value = JSONDecimal(text).exactDouble { return value }
        return try floating(node, Double.init)
    }

    func float(_ node: Int) throws(WireJSONFailure) -> Float {
        guard kind(of: node) == .integer || kind(of: node) == .number else { throw wrongType(node, "a number") }
        return try floating(node, Float.init)
    }

    private func floating<Value: BinaryFloatingPoint>(
        _ node: Int, _ parse: (String) -> Value?
    ) throws(WireJSONFailure) -> Value {
        guard let value = parse(String(decoding: text(of: node), as: UTF8.self)), value.isFinite else {
            throw located(
                WireJSONFailure(.outOfRange, detail: "it is larger than any number that is stored"), at: node)
        }
        return value
    }

    func wrongType(_ node: Int, _ wanted: String) -> WireJSONFailure {
        let found =
            switch kind(of: node) {
            case .null: "null"
            case .yes, .no: "a truth value"
            case .integer, .number: "a number"
            case .string, .escapedString: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        return located(WireJSONFailure(.wrongType, detail: "\(wanted) was expected, not \(found)"), at: node)
    }
}
