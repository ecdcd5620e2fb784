import NIOCore
import Testing
import Wire

@testable import Gateway

/// Messages come whole out of a stream, however its bytes arrive.
struct StreamFrameReaderTests {
    private static let text = """
        id: 1.4
        event: snapshot
        data: {"epoch":1,"sequence":4}

        event: heartbeat
        data: {"epoch":1,"sequence":4}

        : a word between

        id: 1.5
        event: delta
        data: {"epoch":1,"after_sequence":4,"sequence":5,"changes":[[3,1]]}


        """

    private func frames(_ chunks: [String]) -> [StreamFrame] {
        var reader = StreamFrameReader()
        var frames: [StreamFrame] = []
        for chunk in chunks {
            let isTaken = reader.append(ByteBuffer(string: chunk))
            #expect(isTaken)
            while let frame = reader.next() { frames.append(frame) }
        }
        return frames
    }

    @Test func `a message has its name, its position, its data and its own bytes`() {
        let frames = frames([Self.text])
        #expect(frames.map(\.event) == ["snapshot", "heartbeat", "delta"])
        #expect(
            frames.map(\.position) == [
                SeatsPosition(epoch: 1, sequence: 4), nil, SeatsPosition(epoch: 1, sequence: 5),
            ])
        #expect(String(buffer: frames[0].data) == #"{"epoch":1,"sequence":4}"#)
        #expect(String(buffer: frames[1].bytes) == "event: heartbeat\ndata: {\"epoch\":1,\"sequence\":4}\n\n")
    }

    @Test(arguments: [1, 2, 3, 7, 20, 64]) func `cut anywhere, the messages are the same`(length: Int) {
        let characters = Array(Self.text)
        let chunks = stride(from: 0, to: characters.count, by: length).map {
            String(characters[$0..<min($0 + length, characters.count)])
        }
        #expect(frames(chunks) == frames([Self.text]))
    }

    @Test func `for a WebSocket the name and the id are members like the others`() {
        let payloads = frames([Self.text]).map { String(buffer: $0.webSocketPayload) }
        #expect(payloads[0] == #"{"event":"snapshot","id":"1.4","epoch":1,"sequence":4}"#)
        #expect(payloads[1] == #"{"event":"heartbeat","epoch":1,"sequence":4}"#)
    }

    @Test func `a message without an end is given up`() {
        var reader = StreamFrameReader()
        let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: StreamFrameReader.frameBytesMax)
        let first = reader.append(chunk)
        let frame = reader.next()
        let second = reader.append(ByteBuffer(string: "x"))
        #expect(first && frame == nil && !second)
    }
}
