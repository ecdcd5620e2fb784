import Ticketing

/// Reads a layout file and checks that its lengths and angles can be drawn.
struct ChartLayoutReader {
    private static let lengthMax = 10_000.0

    let settings: ChartImportSettings

    func layout(from bytes: [UInt8]) throws(ChartProblem) -> ChartLayout {
        guard bytes.count <= settings.layoutBytesMax else {
            throw ChartProblem(.fileTooLarge, "The layout is larger than \(settings.layoutBytesMax) bytes.")
        }
        let layout = try JSONChartReader(settings: settings).decode(
            ChartLayout.self, from: bytes, convertsSnakeCase: true, problem: .malformedLayout)
        guard 0.5...10 ~= layout.rowPitch else {
            throw malformed("row_pitch is not between 0.5 and 10 seat widths")
        }
        guard layout.focalPoint?.isWithin(Self.lengthMax) ?? true else { throw malformed("the focal_point is too far") }
        for level in layout.priceLevels {
            guard let price = level.defaultPrice else { continue }
            guard price.amountMinor >= 0, Money.isCurrency(price.currency) else {
                throw malformed("the default_price of \(level.key) is not an amount of a currency")
            }
        }
        for tier in layout.tiers { try check(tier, of: layout) }
        return layout
    }

    private func check(_ tier: ChartLayout.Tier, of layout: ChartLayout) throws(ChartProblem) {
        guard 1...10_000 ~= tier.firstRow else { throw malformed("first_row of tier \(tier.name) is out of bounds") }
        for arc in tier.arcs {
            // The frontmost row of any grid is row 1, which must still have a radius.
            let innermost = arc.radius - Double(tier.firstRow - 1) * layout.rowPitch
            guard arc.centre.isWithin(Self.lengthMax), arc.radius <= Self.lengthMax, innermost >= 1,
                abs(arc.fromDegrees) <= 720, abs(arc.toDegrees - arc.fromDegrees) <= 360, 0...1_000 ~= arc.gap
            else { throw malformed("an arc of tier \(tier.name) has a radius, angle or gap out of bounds") }
            for entry in arc.zones {
                let isSpace = entry.space.map { 0...Self.lengthMax ~= $0 } ?? false
                guard (entry.zone != nil) != isSpace, entry.zone != nil || isSpace else {
                    throw malformed("an entry of tier \(tier.name) is not either a zone or a space")
                }
            }
        }
    }

    private func malformed(_ what: String) -> ChartProblem {
        ChartProblem(.malformedLayout, "The layout can't be drawn: \(what).")
    }
}
