import NIOCore
import Testing
import Wire

@testable import RealtimePush

/// One message, two framings.
struct FramingTests {
    private let delta = SeatDelta(epoch: 1, afterSequence: 4, sequence: 5, changes: [])
    private let position = SeatsPosition(epoch: 1, sequence: 5)

    @Test func `an event of a stream has its id, its name and its data`() throws {
        let frame = try StreamFraming.events.frame("delta", id: position, delta)
        let data = String(decoding: try WireJSON.encode(delta), as: UTF8.self)
        #expect(String(buffer: frame) == "id: 1.5\nevent: delta\ndata: \(data)\n\n")
    }

    @Test func `a text frame of a WebSocket is the same object, with its name and id before its members`() throws {
        var frame = try StreamFraming.webSocket.frame("delta", id: position, delta)
        let data = String(decoding: try WireJSON.encode(delta), as: UTF8.self).dropFirst()
        let text = "{\"event\":\"delta\",\"id\":\"1.5\",\(data)"
        #expect(frame.readInteger(as: UInt8.self) == 0x81)
        #expect(frame.readInteger(as: UInt8.self) == UInt8(text.utf8.count))
        #expect(String(buffer: frame) == text)
    }

    @Test func `a message that moves nobody has no id`() throws {
        var frame = try StreamFraming.webSocket.frame("closing", id: nil, StreamClosing.draining)
        frame.moveReaderIndex(forwardBy: 2)
        #expect(String(buffer: frame).hasPrefix("{\"event\":\"closing\",\"reason\":\"draining\""))
    }

    @Test(
        arguments: [(StreamClosing.draining, UInt16(1001)), (.moved, 1001), (.slow, 1013)]
    ) func `a WebSocket is closed with a code for the reason`(closing: StreamClosing, code: UInt16) throws {
        var end = try #require(StreamFraming.webSocket.end(closing))
        #expect(end.readInteger(as: UInt8.self) == 0x88)
        #expect(end.readInteger(as: UInt8.self) == UInt8(closing.reason.utf8.count + 2))
        #expect(end.readInteger(as: UInt16.self) == code)
        #expect(String(buffer: end) == closing.reason)
    }
}
