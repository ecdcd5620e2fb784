import NIOCore
import NIOEmbedded

@testable import HTTP2

/// The server's side of an HTTP/2 connection against any peer: frames of all kinds, cut and joined at will, while the
/// socket fills up, time passes and the server stops.
enum HTTP2ServerFuzzer {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        var script = Script(bytes)
        FuzzedHandlers.begin()
        let loop = FuzzedLoop.loop
        let channel = FuzzedLoop.channel(ProtocolDetector(core: FuzzedHandlers.core, loop: loop))
        var unsent = PeerFrames.preface + PeerFrames.make(4)
        var said: [UInt8] = []
        while !script.isAtEnd, channel.isActive {
            let step = script.byte()
            switch step % 16 {
            case 0...6: unsent += PeerFrames.next(&script)
            case 7: unsent += script.bytes(Int(script.byte()))
            case 8: unsent += PeerFrames.request(step / 16, path: script.byte(), stream: script.byte() % 16, ends: true)
            case 9:
                unsent += PeerFrames.request(step / 16, path: script.byte(), stream: script.byte() % 16, ends: false)
            case 10:
                channel.isWritable.toggle()
                channel.pipeline.fireChannelWritabilityChanged()
            case 11:
                let now = NIODeadline.now() + .seconds(Int64(script.byte()))
                if let connection = try? channel.pipeline.syncOperations.handler(type: HTTP2ServerConnection.self) {
                    loop.turn { connection.tick(at: now) }
                }
            case 12: channel.pipeline.fireUserInboundEventTriggered(GracefulStop())
            default:
                FuzzedLoop.deliver(unsent, to: channel)
                unsent = []
                said += FuzzedLoop.said(channel)
            }
        }
        FuzzedLoop.deliver(unsent, to: channel)
        said += FuzzedLoop.said(channel)
        precondition(PeerFrames.areWhole(said), "the server wrote what is no frame")
        FuzzedLoop.close(channel)
        FuzzedHandlers.checkAllEnded()
    }
}
