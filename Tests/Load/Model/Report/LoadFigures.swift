import Foundation

/// Numbers as a person reads them.
public enum LoadFigures {
    /// Thousands apart by commas.
    public static func whole(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// About three digits: 1,234, 56.7, 0.89.
    public static func short(_ number: Double) -> String {
        guard number.isFinite else { return "-" }
        switch abs(number) {
        case 100...: return whole(Int64(number.rounded()))
        case 10..<100: return String(format: "%.1f", number)
        case 0.01..<10: return String(format: "%.2f", number)
        case 0: return "0"
        default: return String(format: "%.4f", number)
        }
    }

    /// The same, or a dash.
    public static func short(_ number: Double?) -> String { number.map { short($0) } ?? "-" }
}
