import Testing

@testable import SeatReservation

/// Broken, hostile and random variants of real files: each import has to end with a chart or with problems.
@Suite struct ChartMutationTests {
    private static let splices = [
        "null", "-1", "1e308", "-1e308", "1e-320", "9223372036854775807", "99999999999999999999999", "\"\"", "{}", "[]",
        "true", "\"\\u0000\"", ",", "\"", "}", "]", "0", "\n", "\u{FEFF}", "NaN", "inf", "1.5",
    ].map { [UInt8]($0.utf8) }

    @Test(arguments: [ChartFile.pretix, .rowsAndAreas, .floors, .sections, .tables, .stadium, .ticketland])
    func `a mutated file never traps`(file: ChartFile) throws {
        let original = try file.bytes
        var random = SplitMix(state: UInt64(original.count))
        let rounds = original.count > 100_000 ? 30 : 300
        for round in 0..<rounds {
            let bytes = mutated(original, &random)
            var settings = ChartImportSettings()
            settings.repairs = round % 2 == 0
            let layout = file == .stadium && round % 3 == 0 ? try ChartFile.stadiumLayout.bytes : nil
            check(ChartImporter.importChart(bytes: bytes, layout: layout, settings: settings))
        }
    }

    @Test func `a mutated layout never traps`() throws {
        let original = try ChartFile.stadiumLayout.bytes
        // A few zones are enough to bend; the whole stadium would only take longer.
        let chart = try ChartFile.stadium.bytes
        var random = SplitMix(state: 7)
        for _ in 0..<40 {
            check(ChartImporter.importChart(bytes: chart, layout: mutated(original, &random)))
        }
    }

    @Test(arguments: ["1e308", "-1e308", "1e-320", "0", "9007199254740993", "-5e7"])
    func `a number in place of every coordinate never traps`(number: String) throws {
        for file in [ChartFile.pretix, .sections, .tables] {
            let text = String(decoding: try file.bytes, as: UTF8.self)
            let hostile = text.replacing(#/"(x|y)": [-0-9.e]+/#) { "\"\($0.output.1)\": \(number)" }
            var settings = ChartImportSettings()
            settings.repairs = true
            check(ChartImporter.importChart(bytes: [UInt8](hostile.utf8), settings: settings))
        }
    }

    private func check(_ result: ChartImport) {
        if let chart = result.chart {
            #expect(chart.seatCount > 0)
            #expect(chart.width.isFinite && chart.height.isFinite)
            #expect(Set(chart.seatLabels).count == chart.seatCount)
            #expect(!result.problems.contains { $0.weight == .refused })
        } else {
            #expect(result.problems.contains { $0.weight == .refused })
        }
    }

    /// One to four spots overwritten by random bytes, cut out, doubled, or replaced by something awkward.
    private func mutated(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[start] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: bytes.replaceSubrange(numberAround(start, in: bytes), with: splice(&random))
            default: bytes.replaceSubrange(start..<end, with: splice(&random))
            }
        }
        return bytes
    }

    private func splice(_ random: inout SplitMix) -> [UInt8] {
        Self.splices[Int.random(in: 0..<Self.splices.count, using: &random)]
    }

    /// The next number in the text, so that what follows stays well formed.
    private func numberAround(_ start: Int, in bytes: [UInt8]) -> Range<Int> {
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) || byte == 46 }
        guard let first = bytes[start...].firstIndex(where: isDigit) else { return start..<start }
        return first..<(bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count)
    }
}

/// The same random numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
