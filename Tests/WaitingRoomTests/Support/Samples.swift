import Ticketing
import WaitingRoom
import Wire

/// Values that the tests of the line are about.
enum Samples {
    static let noon = Timestamp(unixMicroseconds: 1_795_248_000_000_000)
    static let performance = PerformanceID(high: 1, low: 2)
    static let customer = CustomerID(high: 3, low: 4)

    /// The entries that other programs ranked for the tests: `0198f0a2-7c1e-7000-8000-000000000001` and those behind.
    static func entries(_ count: Int) -> [EntryID] {
        (1...count).map { EntryID(high: 0x0198_F0A2_7C1E_7000, low: 0x8000_0000_0000_0000 + UInt64($0)) }
    }

    /// The bytes 0 to 31.
    static let seed = RankingSeed(bytes: (0..<32).map { UInt8($0) })

    static func after(_ seconds: Int64) -> Timestamp { noon.advanced(bySeconds: seconds) }

    static func forecast(
        present: [Int] = [0, 0], perSecond: Double = 10, leaving: Double = 0, seatsLeft: Int? = 1_000
    ) -> LineForecast {
        LineForecast(
            presentAhead: present, admissionsPerSecond: perSecond, admissionsError: 0, leavingPerSecond: leaving,
            seatsLeft: seatsLeft, seatsPerAdmission: 2, isSoldOut: false)
    }

    /// A line of so many entries, of which the first were listed.
    static func standing(
        _ state: WaitingRoomState = .open, listed: Int64? = 0, entries: Int64, front: Int64 = 0,
        at time: Timestamp = noon
    ) -> LineStanding {
        let isListed = state != .gathering
        return LineStanding(
            published: PublishedWaitingRoomResource(
                performanceId: performance, state: state, opensAt: noon, seedHash: "00",
                listedCount: isListed ? listed : nil),
            entryCount: entries, front: front, admittedCount: 0, admissionSeconds: 600, forecast: forecast(),
            readAt: time)
    }

    /// A step a second, each of so many positions.
    static func steps(_ count: Int, of width: Int64) -> [LineStep] {
        (1...count).map { number in
            LineStep(
                sequence: Int64(number), front: Int64(number) * width, admittedCount: Int64(number) * width,
                steppedAt: after(Int64(number)))
        }
    }
}
