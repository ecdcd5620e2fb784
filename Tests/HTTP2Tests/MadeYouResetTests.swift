import HTTP2
import HTTPTypes
import NIOCore
import Testing

/// Every way in which a peer can have the server reset streams, or look at frames in vain, has its budget
/// (CVE-2025-8671 and its like).
@Suite struct MadeYouResetTests {
    private struct Way: CustomTestStringConvertible {
        let testDescription: String
        /// What is sent on each new stream.
        let frames: @Sendable (UInt32) -> [UInt8]

        init(_ name: String, _ frames: @escaping @Sendable (UInt32) -> [UInt8]) {
            testDescription = name
            self.frames = frames
        }
    }

    private static let ways = [
        Way("a credit of nothing") { open($0) + Frame.make(8, stream: $0, [0, 0, 0, 0]) },
        Way("more credit than there can be") { open($0) + Frame.make(8, stream: $0, [0x7f, 0xff, 0xff, 0xff]) },
        Way("a head after the end") { Frame.get($0) + Frame.get($0) },
        Way("a body after the end") { Frame.get($0) + Frame.make(0, stream: $0, [1]) },
        Way("a priority of four bytes") { open($0) + Frame.make(2, stream: $0, [0, 0, 0, 0]) },
        Way("a priority on itself") {
            open($0) + Frame.make(2, stream: $0, [0, 0, UInt8($0 >> 8), UInt8($0 & 255), 0])
        },
        Way("a body longer than announced") { open($0, length: 1) + Frame.make(0, stream: $0, [1, 2]) },
        Way("a body shorter than announced") { open($0, length: 9) + Frame.make(0, flags: 1, stream: $0, [1]) },
        Way("a trailer with a pseudo field") { open($0) + Frame.make(1, flags: 5, stream: $0, [0x84]) },
        Way("a trailer that does not end the stream") {
            open($0) + Frame.make(1, flags: 4, stream: $0, [0, 1, 97, 1, 98])
        },
        Way("a name in capitals") { Frame.make(1, flags: 5, stream: $0, Frame.getBlock + [0, 1, 65, 1, 98]) },
        Way("a head without a path") { Frame.make(1, flags: 5, stream: $0, [0x82, 0x86]) },
        Way("a request that is taken back") { Frame.get($0) + Frame.make(3, stream: $0, [0, 0, 0, 8]) },
    ]

    @Test(arguments: ways)
    private func `streams that the server is made to reset end the connection`(way: Way) async throws {
        try await Loopback.with { request in
            _ = try? await request.body.collect(upTo: 100)
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface)
            for block in 0..<20 where !raw.isClosed {
                await raw.send((0..<100).flatMap { way.frames(UInt32(block * 200 + $0 * 2 + 1)) })
            }
            try await eventually("the connection is closed") { raw.isClosed }
            #expect(try await loopback.ask(.get, "/").text == "fine")
        }
    }

    private static let floods = [
        Way("empty DATA with padding") { _ in Frame.make(0, flags: 8, stream: 1, [3, 0, 0, 0]) },
        Way("DATA of one byte on a stream that is over") { _ in Frame.make(0, stream: 3, [1]) },
        Way("credit of one byte for the connection") { _ in Frame.make(8, [0, 0, 0, 1]) },
        Way("credit of one byte for a stream") { _ in Frame.make(8, stream: 1, [0, 0, 0, 1]) },
        Way("credit for a stream that is over") { _ in Frame.make(8, stream: 3, [0, 0, 0, 1]) },
        Way("updates of priorities") { _ in Frame.make(16, [0, 0, 0, 1, 117]) },
    ]

    @Test(arguments: floods)
    private func `a flood of frames that say nothing ends the connection`(flood: Way) async throws {
        try await Loopback.with { request in
            _ = try? await request.body.collect(upTo: 100)
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface + Self.open(1) + Frame.get(3))
            try await eventually("the second is answered") { raw.frames.contains { $0.type == 0 } }
            let block = Array(repeatElement(flood.frames(0), count: 1_000).joined())
            for _ in 0..<200 where !raw.isClosed { await raw.send(block) }
            try await eventually("the connection is closed") { raw.isClosed }
            #expect(try await loopback.ask(.get, "/").text == "fine")
        }
    }

    /// A request whose body is still to come, announced with `length`.
    private static func open(_ stream: UInt32, length: UInt8? = nil) -> [UInt8] {
        let announced: [UInt8] = length.map { [0x0f, 0x0d, 1, 48 + $0] } ?? []
        return Frame.make(1, flags: 4, stream: stream, [0x83] + Frame.getBlock.dropFirst() + announced)
    }
}
