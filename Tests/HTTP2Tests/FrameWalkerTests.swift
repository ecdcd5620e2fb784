import Testing

@testable import HTTP2

@Suite struct FrameWalkerTests {
    @Test(arguments: [1, 2, 3, 7, 9, 10, 64, 1_000])
    func `frames are counted however the bytes are cut`(cut: Int) {
        let bytes =
            Frame.preface + Frame.get(1) + Frame.make(6, Array(repeating: 0, count: 8)) + Frame.make(0, stream: 1)
            + Frame.make(0, flags: 1, stream: 1) + Frame.make(0, stream: 1, [1]) + Frame.make(200, [1, 2])
            + Frame.make(0, stream: 1, Array(repeating: 1, count: 64))
            + Frame.make(0, flags: 8, stream: 1, [31] + Array(repeating: 0, count: 32))
            + Frame.make(8, stream: 1, [0, 0, 0, 1])
        var walker = FrameWalker(prefaceBytes: 24)
        var control = 0
        var credit = 0
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + cut)
            let count = Array(bytes[start..<end]).withUnsafeBytes { walker.countFrames($0) }
            control += count.control
            credit += count.credit
            start = end
        }
        // SETTINGS, PING, one empty DATA, one of a single byte, one unknown, one padded.
        #expect(control == 6)
        #expect(credit == 1)
        #expect(walker.dataBytes == 1 + 64 + 33)
    }
}
