import Testing

@testable import Redis

@Suite struct SubscriberBufferTests {
    var buffer = SubscriberBuffer(messagesMax: 2)

    private mutating func takeAll() -> [RedisSubscriptionEvent] {
        var events: [RedisSubscriptionEvent] = []
        while let event = buffer.take() { events.append(event) }
        return events
    }

    @Test mutating func `events come out in their order`() {
        buffer.offer(.subscribed)
        buffer.offer(.message([1]))
        #expect(takeAll() == [.subscribed, .message([1])])
    }

    @Test mutating func `an overflow is an interruption and a new beginning`() {
        for number in 1...3 { buffer.offer(.message([UInt8(number)])) }
        #expect(takeAll() == [.interrupted, .subscribed])
        buffer.offer(.message([4]))
        #expect(takeAll() == [.message([4])])
    }

    @Test mutating func `an interruption makes what was not read useless`() {
        buffer.offer(.subscribed)
        buffer.offer(.message([1]))
        buffer.offer(.interrupted)
        buffer.offer(.subscribed)
        #expect(takeAll() == [.interrupted, .subscribed])
    }
}
