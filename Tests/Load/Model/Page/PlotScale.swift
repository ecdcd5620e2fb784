import Foundation

/// Puts numbers on a line of a drawing, and says where it is marked.
struct PlotScale: Equatable {
    enum Kind {
        /// From 0 on, evenly.
        case linear
        /// Each ten times as far as the one before.
        case logarithmic
        /// Shares of all: each nine nearer to 1 as far as the one before.
        case nines
    }

    /// A mark on the line.
    struct Mark: Equatable {
        let value: Double
        let label: String
    }

    let kind: Kind
    let lowest: Double
    let highest: Double

    /// A scale on which all values have room.
    init(_ kind: Kind, holding values: [Double]) {
        self.kind = kind
        let top = values.max() ?? 1
        switch kind {
        case .linear:
            lowest = 0
            highest = Self.niceAbove(top)
        case .logarithmic:
            // Nothing is drawn below a hundredth of a millisecond, and no scale has less than one doubling of ten.
            let least = values.filter { $0 > 0 }.min() ?? 1
            lowest = pow(10, floor(log10(max(least, 0.01))))
            highest = max(lowest * 10, pow(10, ceil(log10(max(top, 0.01)))))
        case .nines:
            lowest = 0
            highest = min(max(top, 0.9), 0.999_999)
        }
    }

    /// Where a value stands: 0 at the lowest, 1 at the highest.
    func place(of value: Double) -> Double {
        let place =
            switch kind {
            case .linear: value / highest
            case .logarithmic: log10(max(value, lowest) / lowest) / log10(highest / lowest)
            case .nines: log10(1 - min(max(value, 0), highest)) / log10(1 - highest)
            }
        return min(max(place, 0), 1)
    }

    var marks: [Mark] {
        switch kind {
        case .linear:
            return (0...5).map { highest * Double($0) / 5 }.map { Mark(value: $0, label: LoadFigures.short($0)) }
        case .logarithmic:
            let count = Int(log10(highest / lowest).rounded())
            return (0...count).map { lowest * pow(10, Double($0)) }.map {
                Mark(value: $0, label: $0 < 1 ? String(format: "%g", $0) : LoadFigures.short($0))
            }
        case .nines:
            let shares = [
                (0, "all"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %"),
                (0.99999, "99.999 %"),
            ]
            return shares.filter { $0.0 <= highest }.map { Mark(value: $0.0, label: $0.1) }
        }
    }

    /// The next of 1, 2, 2.5, 5 and 10 times a power of ten.
    private static func niceAbove(_ value: Double) -> Double {
        guard value > 0 else { return 1 }
        let power = pow(10, floor(log10(value)))
        return ([1, 2, 2.5, 5, 10].first { $0 * power >= value } ?? 10) * power
    }
}
