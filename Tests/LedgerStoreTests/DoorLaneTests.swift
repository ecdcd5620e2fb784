import TestSupport
import Testing
import Ticketing

@testable import LedgerStore

/// What waits at a door, and what waits for an answer that is still to be told.
@Suite struct DoorLaneTests {
    @Test func `a key's second request is work once the first was told, and not before`() throws {
        let lane = DoorLane<HoldBatch>()
        let customer = newID(Entity.Customer.self)
        for number in 0..<2 {
            let item = wish(
                [SeatIndex(number)], customer: customer, key: "one", fingerprint: [UInt8(number)])
            lane.add(item, deadline: nil) { _ in }
        }
        #expect(!lane.isEmpty && lane.count == 2)
        let first = try #require(lane.take(max: 8, now: .now).first)
        #expect(first.item.seatIndexes == [0])
        #expect(lane.isEmpty && lane.count == 1, "a batch would find nothing")
        lane.finish(first, .success(.keyReused))
        #expect(!lane.isEmpty)
        let second = lane.take(max: 8, now: .now)
        #expect(second.map(\.item.seatIndexes) == [[1]])
        #expect(lane.isEmpty && lane.count == 0)
    }
}
