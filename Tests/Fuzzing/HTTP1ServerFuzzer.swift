import NIOCore
import NIOEmbedded

@testable import HTTP2

/// HTTP/1.1 and WebSocket, from the first byte on: nothing traps, and where the bytes are cut on their way never
/// changes what was asked.
enum HTTP1ServerFuzzer {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        var script = Script(bytes)
        let pieceBytes = 1 + Int(script.byte() % 32)
        let seconds = script.byte()
        let all = script.everything()
        let whole = ask([all[...]], seconds: seconds)
        let pieces = stride(from: 0, to: all.count, by: pieceBytes).map {
            all[$0..<min($0 + pieceBytes, all.count)]
        }
        let cut = ask(pieces, seconds: seconds)
        for (one, other) in zip(whole, cut) {
            precondition(
                one.method == other.method && one.path == other.path && one.authority == other.authority,
                "cut differently, \(one) is \(other)")
            guard let body = one.body, let otherBody = other.body else { continue }
            precondition(body == otherBody, "cut differently, the body of \(one) is that of \(other)")
        }
    }

    private static func ask(_ pieces: [ArraySlice<UInt8>], seconds: UInt8) -> [FuzzedHandlers.Seen] {
        FuzzedHandlers.begin()
        let loop = FuzzedLoop.loop
        let channel = FuzzedLoop.channel(ProtocolDetector(core: FuzzedHandlers.core, loop: loop))
        for piece in pieces where !FuzzedLoop.deliver(Array(piece), to: channel) { break }
        if let connection = try? channel.pipeline.syncOperations.handler(type: HTTP1ServerConnection.self) {
            loop.turn { connection.tick(at: .now() + .seconds(Int64(seconds))) }
        }
        FuzzedLoop.deliver([], to: channel)
        _ = FuzzedLoop.said(channel)
        FuzzedLoop.close(channel)
        FuzzedHandlers.checkAllEnded()
        return FuzzedHandlers.seen
    }
}
