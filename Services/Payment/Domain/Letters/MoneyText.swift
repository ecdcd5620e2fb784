import Ticketing

/// Amounts as a person reads them: `₩52,000`, `EUR 12.50`.
enum MoneyText {
    /// Currencies without minor units (ISO 4217).
    private static let whole: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
        "XPF",
    ]
    /// Those with a thousand of them.
    private static let thousandths: Set<String> = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]

    static func text(_ money: Money) -> String {
        let text = parts(of: money) { grouped($0) }
        let sign = money.amountMinor < 0 ? "−" : ""
        return money.currency == "KRW" ? "\(sign)₩\(text)" : "\(sign)\(money.currency) \(text)"
    }

    /// As a spreadsheet reads them: `52000`, `-12.50`.
    static func digits(_ money: Money) -> String {
        (money.amountMinor < 0 ? "-" : "") + parts(of: money) { String($0) }
    }

    private static func parts(of money: Money, units: (UInt64) -> String) -> String {
        let digits = whole.contains(money.currency) ? 0 : thousandths.contains(money.currency) ? 3 : 2
        let scale = (0..<digits).reduce(UInt64(1)) { scale, _ in scale * 10 }
        let magnitude = money.amountMinor.magnitude
        guard digits > 0 else { return units(magnitude) }
        let fraction = String(magnitude % scale)
        return units(magnitude / scale) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func grouped(_ number: UInt64) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
