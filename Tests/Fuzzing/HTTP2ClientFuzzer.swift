import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import HTTP2

/// The client's side of an HTTP/2 connection against any server.
enum HTTP2ClientFuzzer {
    private static let running = Mutex(0)
    private static let endpoint = Endpoint(host: "127.0.0.1", port: 1)

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var script = Script(bytes)
        let loop = FuzzedLoop.loop
        var settings = HTTPClientSettings()
        settings.headerBytesMax = 2_048
        settings.streamsMax = 16
        let peer = ClientPeer(
            loop: loop, endpoint: endpoint, settings: settings, tls: nil,
            logger: Logger(label: "fuzzer") { _ in SwiftLogNoOpLogHandler() })
        let connection = HTTP2ClientConnection(
            loop: loop, settings: settings, endpoint: endpoint, isSecure: false, peer: peer)
        let channel = FuzzedLoop.channel(connection)
        FuzzedLoop.deliver(PeerFrames.make(4), to: channel)
        var unsent: [UInt8] = []
        var calls: [ClientCall] = []
        while !script.isAtEnd, channel.isActive {
            let step = script.byte()
            switch step % 16 {
            case 0...5: unsent += PeerFrames.next(&script)
            case 6: unsent += script.bytes(Int(script.byte()))
            case 7, 8: unsent += PeerFrames.response(step / 16, stream: script.byte() % 16, ends: step % 16 == 8)
            case 9, 10:
                let call = newCall(bodyBytes: step % 16 == 9 ? 0 : Int(script.byte()) * 300, on: loop)
                calls.append(call)
                ask(call, connection, loop, asWhole: step / 16 % 2 == 1)
            case 11: if !calls.isEmpty { calls[Int(script.byte()) % calls.count].cancel() }
            case 12:
                let now = NIODeadline.now() + .seconds(Int64(script.byte()))
                loop.turn { connection.tick(at: now) }
            case 13:
                channel.isWritable.toggle()
                channel.pipeline.fireChannelWritabilityChanged()
            default:
                FuzzedLoop.deliver(unsent, to: channel)
                unsent = []
            }
        }
        FuzzedLoop.deliver(unsent, to: channel)
        _ = FuzzedLoop.said(channel)
        FuzzedLoop.close(channel)
        precondition(running.withLock { $0 } == 0, "a call outlives its connection")
    }

    private static func newCall(bodyBytes: Int, on loop: ConnectionLoop) -> ClientCall {
        let head = HTTPRequest(method: bodyBytes == 0 ? .get : .post, scheme: nil, authority: "x", path: "/")
        return ClientCall(
            loop: loop, request: ClientRequest(head: head, body: ByteBuffer(repeating: 1, count: bodyBytes)),
            deadline: .distantFuture, isDeadlineForBody: false)
    }

    /// Sends a call as a caller's task does, and reads the answer to its end, or has it given as a whole.
    private static func ask(
        _ call: ClientCall, _ connection: HTTP2ClientConnection, _ loop: ConnectionLoop, asWhole: Bool
    ) {
        // Unsafe only by its type: the task runs on the fuzzer's one thread.
        nonisolated(unsafe) let connection = connection
        running.withLock { $0 += 1 }
        loop.turn {
            _ = Task.immediateDetached(executorPreference: loop.executor) {
                if asWhole {
                    _ = await withCheckedContinuation { begin(call, .whole($0, bytesMax: 2_000), connection) }
                } else {
                    let result = await withCheckedContinuation { begin(call, .head($0), connection) }
                    if case .success(let response) = result { _ = try? await response.body.collect(upTo: 2_000) }
                }
                running.withLock { $0 -= 1 }
            }
        }
    }

    private static func begin(_ call: ClientCall, _ waiter: ClientCall.Waiter, _ connection: HTTP2ClientConnection) {
        guard call.begin(waiter), !connection.send(call) else { return }
        call.fail(HTTPClientFailure(kind: .cancelled, wasSent: false, reason: "there is no room"))
    }
}
