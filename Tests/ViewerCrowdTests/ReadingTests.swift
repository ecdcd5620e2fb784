import Testing

@testable import ViewerCrowd

/// Bytes as they come: cut anywhere.
struct ReadingTests {
    @Test(arguments: 1...40) func `events are whole however their bytes are cut`(size: Int) {
        let text = "id: 1.2\nevent: delta\ndata: {}\n\n: hi\n\nevent: heartbeat\ndata: {}\n\n"
        var cutter = EventCutter()
        var events: [String] = []
        for piece in pieces(of: text, size) {
            piece.withUnsafeBytes { cutter.cut($0) { events.append(String(decoding: $0, as: UTF8.self)) } }
        }
        #expect(events == ["id: 1.2\nevent: delta\ndata: {}", ": hi", "event: heartbeat\ndata: {}"])
    }

    @Test(arguments: 1...20) func `chunks are whole however their bytes are cut`(size: Int) {
        var reader = ChunkReader()
        var content = ""
        for piece in pieces(of: "5\r\nhello\r\n10\r\n, sixteen bytes!\r\n0\r\n\r\n", size) {
            piece.withUnsafeBytes { reader.read($0) { content += String(decoding: $0, as: UTF8.self) } }
        }
        #expect(content == "hello, sixteen bytes!")
        #expect(reader.isOver)
    }

    @Test func `the checksum is everybody's`() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xcbf4_3926)
    }

    @Test func `viewers come when it is their time`() {
        var queue = ReturnQueue()
        queue.add(1, at: 50_000_000)
        queue.add(2, at: 20_000_000)
        #expect(queue.next(at: 10_000_000) == nil)
        #expect(queue.next(at: 60_000_000) == 2)
        #expect(queue.next(at: 60_000_000) == 1)
        #expect(queue.next(at: 60_000_000) == nil)
    }

    private func pieces(of text: String, _ size: Int) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
