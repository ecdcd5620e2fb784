import ArgumentParser
import Foundation
import ViewerCrowd
import Wire

/// A crowd that is asked by lines of standard input and answers each by a line of JSON.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watches until standard input ends. Asked by lines:",
        discussion: """
            status     how many watch, what came, what went wrong
            frames     the deltas that are new since the last question, and when they came to whom
            maps       the maps that viewers have now
            history    all maps that anybody ever had, each by its checksum
            timeline   when streams came and went since the last question
            leave N    so many viewers leave, and come back
            """)

    @Option(help: "Where to go, several in turn: 127.0.0.1:8080.")
    var address: [String]

    @Option(help: "The stream's path.")
    var path: String

    @Option(help: "Sent with each request: name:value.")
    var header: [String] = []

    @Option(help: "How a stream travels: http1, http2, websocket.", transform: choice)
    var transport = CrowdSettings.Transport.http1

    @Option(help: "How many watch.")
    var viewers = 1000

    @Option(help: "HTTP/2 streams on a connection.")
    var streams = 500

    @Option(help: "Openings under way at once.")
    var openings = 256

    @Option(help: "Addresses of this machine that they come from.")
    var sources = 1

    @Option(help: "How many of them never read.")
    var stopped = 0

    @Option(help: "How many of them read a byte a second.")
    var trickling = 0

    @Option(help: "What they know when they come back: resumes, forgets, mixed.", transform: choice)
    var memory = CrowdSettings.Memory.resumes

    func run() async throws {
        let addresses = try address.map { text in
            guard let address = CrowdAddress(text) else {
                throw ValidationError("\(text) is not an IPv4 address, a colon and a port")
            }
            return address
        }
        var settings = CrowdSettings(addresses: addresses, path: path)
        settings.headerFields = header.compactMap { text in
            text.firstIndex(of: ":").map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
        }
        settings.transport = transport
        settings.viewers = viewers
        settings.streamsPerConnection = streams
        settings.openingsAtOnce = openings
        settings.sources = sources
        settings.stopped = stopped
        settings.trickling = trickling
        settings.memory = memory
        let crowd = CrowdThread(settings)
        while let line = readLine() {
            // Not by print, which keeps lines to itself until there are many.
            FileHandle.standardOutput.write(Data((try await answer(line, of: crowd) + "\n").utf8))
        }
        await crowd.stop()
    }

    private func answer(_ line: String, of crowd: CrowdThread) async throws -> String {
        let words = line.split(separator: " ")
        switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
        case ("status", _): return try text(await crowd.ask { $0.currentStatus() })
        case ("frames", _): return try text(await crowd.ask { $0.newFrames() })
        case ("maps", _): return try text(await crowd.ask { $0.currentMaps() })
        case ("history", _): return try text(await crowd.ask { $0.mapHistory() })
        case ("timeline", _): return try text(await crowd.ask { $0.newTimeline() })
        case ("leave", let count?):
            await crowd.ask { $0.leave(count) }
            return "{}"
        default: throw ValidationError("what does \"\(line)\" ask?")
        }
    }

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}

private func choice<Value: RawRepresentable<String>>(_ text: String) throws -> Value {
    guard let value = Value(rawValue: text) else { throw ValidationError("\(text) is not one of them") }
    return value
}
