import Testing

@testable import LoadModel

/// Drawings.
struct PlotTests {
    @Test func `an even scale begins at nothing and ends at a round number`() {
        let scale = PlotScale(.linear, holding: [3, 870])
        #expect(scale.lowest == 0 && scale.highest == 1_000)
        #expect(scale.place(of: 500) == 0.5)
        #expect(scale.marks.map(\.label) == ["0", "200", "400", "600", "800", "1,000"])
    }

    @Test func `on a logarithmic scale each ten times is as far`() {
        let scale = PlotScale(.logarithmic, holding: [0.4, 250])
        #expect(scale.lowest == 0.1 && scale.highest == 1_000)
        #expect(abs(scale.place(of: 10) - 0.5) < 1e-9)
        #expect(scale.place(of: 0) == 0)
        #expect(scale.marks.map(\.label) == ["0.1", "1.00", "10.0", "100", "1,000"])
    }

    @Test func `on the scale of nines each nine is as far`() {
        let scale = PlotScale(.nines, holding: [0.5, 0.9999])
        #expect(scale.place(of: 0) == 0)
        #expect(abs(scale.place(of: 0.99) - 0.5) < 1e-9)
        #expect(abs(scale.place(of: 0.9999) - 1) < 1e-9)
        #expect(scale.marks.map(\.label) == ["all", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"])
    }

    @Test func `nothing at all, and nothing but zeros, can be drawn`() {
        #expect(PlotScale(.linear, holding: []).highest == 1)
        #expect(PlotScale(.linear, holding: [0, 0]).place(of: 0) == 0)
        #expect(PlotScale(.logarithmic, holding: [0]).place(of: 0) == 0)
        let empty = LinePlot(title: "t", xLabel: "x", yLabel: "y", lines: [LinePlot.Line(name: "n", points: [])])
        #expect(empty.html == "")
    }

    @Test func `a line breaks off where there is nothing`() {
        let points: [(x: Double, y: Double?)] = [(0, 1), (1, 2), (2, nil), (3, 4), (4, nil)]
        let plot = LinePlot(
            title: "a < b", xLabel: "x", yLabel: "y", lines: [LinePlot.Line(name: "n & m", points: points)])
        #expect(plot.html.split(separator: "<polyline").count - 1 == 2)
        #expect(plot.html.contains("a &lt; b") && plot.html.contains("n &amp; m"))
    }

    @Test func `many points are taken together by their highest`() {
        let points = (0..<6_000).map { (x: Double($0), y: Double?.some($0 == 4_321 ? 99 : 1)) }
        let thinned = LinePlot.thinned(points)
        #expect(thinned.count == LinePlot.pointsMax)
        #expect(thinned.compactMap(\.y).max() == 99)
        #expect(LinePlot.thinned(Array(points.prefix(600))).count == 600)
    }

    @Test(arguments: [
        (0.0, "0"), (0.001_2, "0.0012"), (0.456, "0.46"), (12.34, "12.3"), (123.4, "123"), (1_234_567.0, "1,234,567"),
        (.nan, "-"),
    ]) func `numbers are short`(number: Double, text: String) {
        #expect(LoadFigures.short(number) == text)
    }

    @Test func `thousands are apart`() {
        #expect(
            [0, 12, 123, 1_234, 123_456, -7_890].map { LoadFigures.whole($0) } == [
                "0", "12", "123", "1,234", "123,456", "-7,890",
            ])
    }
}
