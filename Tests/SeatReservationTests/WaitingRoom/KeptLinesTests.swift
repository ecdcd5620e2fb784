import Testing
import Ticketing

@testable import SeatReservation

/// Which lines a replica keeps when it is asked for more than it can keep.
struct KeptLinesTests {
    private static func performance(_ number: Int) -> PerformanceID { PerformanceID(high: 1, low: UInt64(number)) }

    private let start = ContinuousClock.now

    /// The lines by the numbers in which they were made.
    private struct Lines {
        var kept = KeptLines<Int>(countMax: 4)
        var made = 0

        mutating func line(_ number: Int, hasRoom: Bool, at now: ContinuousClock.Instant) -> Int {
            kept.line(of: KeptLinesTests.performance(number), at: now) { sighting in
                sighting.saw(hasRoom)
                made += 1
                return made
            }
        }
    }

    @Test func `a line is made once, and of those alike the one goes that was asked for least lately`() {
        var lines = Lines()
        for number in 1...4 { #expect(lines.line(number, hasRoom: true, at: start + .seconds(number)) == number) }
        #expect(lines.line(1, hasRoom: true, at: start + .seconds(5)) == 1)
        #expect(lines.line(5, hasRoom: true, at: start + .seconds(6)) == 5)
        #expect(lines.line(1, hasRoom: true, at: start + .seconds(7)) == 1)
        // The second one went.
        #expect(lines.line(2, hasRoom: true, at: start + .seconds(8)) == 6)
    }

    @Test func `however many ask for performances without a room, those with one stay`() {
        var lines = Lines()
        for number in 1...2 { _ = lines.line(number, hasRoom: true, at: start) }
        for number in 100..<1_100 { _ = lines.line(number, hasRoom: false, at: start + .seconds(number)) }
        for number in 1...2 {
            #expect(lines.line(number, hasRoom: true, at: start + .seconds(2_000)) == number)
        }
    }
}
