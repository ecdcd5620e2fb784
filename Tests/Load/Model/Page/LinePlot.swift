import Foundation

/// Lines over one axis, as an SVG drawing that needs nothing from elsewhere. Colours are the page's.
struct LinePlot {
    /// One line.
    struct Line {
        let name: String
        /// Broken where there is nothing.
        let points: [(x: Double, y: Double?)]
        var isDashed = false
    }

    let title: String
    let xLabel: String
    let yLabel: String
    var xKind = PlotScale.Kind.linear
    var yKind = PlotScale.Kind.linear
    let lines: [Line]
    /// Begins of stretches along the axis, with their names.
    var stretches: [(x: Double, name: String)] = []

    private static let width = 860.0
    private static let height = 300.0
    private static let left = 70.0
    private static let right = 20.0
    private static let top = 24.0
    private static let bottom = 44.0
    /// Points of a line that are drawn: of more, neighbours are taken together by their highest.
    static let pointsMax = 600

    /// The drawing with its legend; empty where there is nothing to draw.
    var html: String {
        let drawn = lines.filter { line in line.points.contains { $0.y != nil } }
        guard !drawn.isEmpty else { return "" }
        let legend = drawn.enumerated().map { place, line in
            "<li><span class=\"key k\(place)\(line.isDashed ? " dashed" : "")\"></span>\(HTMLText.escaped(line.name))</li>"
        }
        return """
            <figure>
            <figcaption>\(HTMLText.escaped(title))</figcaption>
            \(drawing(drawn))
            <ul class="legend">\(legend.joined())</ul>
            </figure>

            """
    }

    private func drawing(_ drawn: [Line]) -> String {
        let x = PlotScale(xKind, holding: drawn.flatMap { $0.points.map(\.x) })
        let y = PlotScale(yKind, holding: drawn.flatMap { $0.points.compactMap(\.y) })
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"\(HTMLText.escaped(title))\">"
        ]
        for mark in y.marks {
            let at = Self.vertical(y.place(of: mark.value))
            parts.append(Self.line("grid", Self.left, at, Self.width - Self.right, at))
            parts.append(Self.text(mark.label, Self.left - 8, at + 4, "end"))
        }
        for mark in x.marks {
            let at = Self.horizontal(x.place(of: mark.value))
            parts.append(Self.line("tick", at, Self.height - Self.bottom, at, Self.height - Self.bottom + 5))
            parts.append(Self.text(mark.label, at, Self.height - Self.bottom + 18, "middle"))
        }
        for stretch in stretches {
            let at = Self.horizontal(x.place(of: stretch.x))
            parts.append(Self.line("stretch", at, Self.top, at, Self.height - Self.bottom))
            parts.append(Self.text(stretch.name, at + 4, Self.top - 8, "start"))
        }
        parts.append(Self.text(xLabel, (Self.left + Self.width - Self.right) / 2, Self.height - 6, "middle"))
        parts.append(Self.text(yLabel, Self.left, 12, "end"))
        for (place, line) in drawn.enumerated() {
            for path in Self.paths(Self.thinned(line.points), x, y) {
                parts.append(
                    "<polyline class=\"line k\(place)\(line.isDashed ? " dashed" : "")\" points=\"\(path)\">"
                        + "<title>\(HTMLText.escaped(line.name))</title></polyline>")
            }
        }
        return parts.joined(separator: "\n") + "\n</svg>"
    }

    /// A path for each run of points that are there.
    private static func paths(_ points: [(x: Double, y: Double?)], _ x: PlotScale, _ y: PlotScale) -> [String] {
        var paths: [[String]] = [[]]
        for point in points {
            guard let value = point.y else {
                paths.append([])
                continue
            }
            paths[paths.count - 1].append(
                number(horizontal(x.place(of: point.x))) + "," + number(vertical(y.place(of: value))))
        }
        // A point alone is drawn as a short line.
        return paths.filter { !$0.isEmpty }.map { $0.count > 1 ? $0 : [$0[0], $0[0]] }.map { $0.joined(separator: " ") }
    }

    static func thinned(_ points: [(x: Double, y: Double?)]) -> [(x: Double, y: Double?)] {
        guard points.count > pointsMax else { return points }
        let size = (points.count + pointsMax - 1) / pointsMax
        return stride(from: 0, to: points.count, by: size).map { first in
            let group = points[first..<min(first + size, points.count)]
            return (group[first].x, group.compactMap(\.y).max())
        }
    }

    private static func horizontal(_ place: Double) -> Double { left + place * (width - left - right) }
    private static func vertical(_ place: Double) -> Double { height - bottom - place * (height - top - bottom) }
    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func line(_ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line class=\"\(name)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
    }

    private static func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(HTMLText.escaped(text))</text>"
    }
}
