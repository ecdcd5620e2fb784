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
        var text = RequestText()
        // Nothing of the request before is left in the memory that both use.
        for ask in [LoadAsk.order(HoldID(high: 3, low: 4)), .map, .holdSeats(seats)] {
            try RequestWriter(performance: performance).write(ask, into: &text)
        }
        #expect(text.body == (try WireJSON.encode(HoldRequest(seatIndexes: seats))))
        #expect(text.path == "/v1/performances/\(performance)/holds" && text.isKeyed && text.needsSession)
        try RequestWriter(performance: performance).write(.map, into: &text)
        #expect(text.body.isEmpty && !text.isKeyed && !text.needsSession)
    }
}
