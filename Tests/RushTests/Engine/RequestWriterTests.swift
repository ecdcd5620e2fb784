import LoadModel
import Testing
import Ticketing
import Wire

@testable import LoadEngine

/// Requests as they are written down.
struct RequestWriterTests {
    @Test(arguments: [[0], [7, 8, 9], [99_999]] as [[SeatIndex]])
    func `seats are asked for in the wire's own words`(seats: [SeatIndex]) throws {
        let performance = PerformanceID(high: 1, low: 2)
        let text = try RequestWriter(performance: performance).text(of: .holdSeats(seats))
        #expect(text.body == (try WireJSON.encode(HoldRequest(seatIndexes: seats))))
        #expect(text.path == "/v1/performances/\(performance)/holds" && text.isKeyed)
    }
}
