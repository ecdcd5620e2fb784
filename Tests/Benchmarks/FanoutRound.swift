import ArgumentParser
import Foundation
import TestSupport
import ViewerCrowd

/// What one server did for its viewers in one round.
struct FanoutRound {
    /// Processor time of the server for one message to one viewer, in microseconds.
    let deliveryMicroseconds: Double
    /// Resident memory that an open viewer added, in bytes.
    let viewerBytes: Double
    /// From the publishing to the last viewer's receipt, in milliseconds; of the median message.
    let lastMilliseconds: Double
    /// The same to the receipt of 99 in a hundred.
    let p99Milliseconds: Double

    /// Opens the viewers, publishes to them one message after the other, each when all have the one before.
    init(
        _ server: any FanoutServer, over transport: CrowdSettings.Transport, viewers: Int, streams: Int, messages: Int
    ) async throws {
        let idleBytes = server.process.residentBytes
        var settings = server.viewers(over: transport)
        settings.transport = transport
        settings.viewers = viewers
        settings.streamsPerConnection = streams
        settings.keepsMaps = false
        let crowd = CrowdThread(settings)
        try await eventually("\(viewers) viewers watch over \(transport.rawValue)", within: .seconds(60)) {
            let status = await crowd.ask { $0.currentStatus() }
            guard status.refused.isEmpty else { throw ValidationError("viewers are refused: \(status.refused)") }
            return status.open == viewers
        }
        // The first messages find every path cold; by then the maps of the beginning have come as well.
        try await Task.sleep(for: .seconds(1))
        let warm = 3
        for number in 1...warm { _ = try await Self.send(number, by: server, to: crowd, viewers: viewers) }
        _ = await crowd.ask { $0.newFrames() }

        let processor = server.process.processorNanoseconds
        var lasts: [Double] = []
        var p99s: [Double] = []
        for number in warm + 1...warm + messages {
            let sentAt = try await Self.send(number, by: server, to: crowd, viewers: viewers)
            for frame in await crowd.ask({ $0.newFrames() }) {
                lasts.append(Double(frame.lastAt - sentAt) / 1_000_000)
                p99s.append(Double(frame.firstAt - sentAt) / 1_000_000 + Double(Self.p99(of: frame)))
            }
        }
        let spent = server.process.processorNanoseconds - processor
        deliveryMicroseconds = Double(spent) / 1_000 / Double(messages * viewers)
        viewerBytes = Double(server.process.residentBytes - idleBytes) / Double(viewers)
        lastMilliseconds = median(lasts)
        p99Milliseconds = median(p99s)
        await crowd.stop()
    }

    /// Publishes and waits until everybody has it; answers when it was published, in nanoseconds since 1970.
    private static func send(
        _ number: Int, by server: any FanoutServer, to crowd: CrowdThread, viewers: Int
    ) async throws -> Int64 {
        let before = await crowd.ask { $0.deliveries }
        let sentAt = Int64(Date().timeIntervalSince1970 * 1_000_000_000)
        try server.publish(number)
        try await eventually("message \(number) reaches \(viewers) viewers") {
            await crowd.ask { $0.deliveries } >= before + viewers
        }
        // Frames of a viewer of ours are a tenth of a second apart.
        try await Task.sleep(for: .milliseconds(120))
        return sentAt
    }

    private static func p99(of frame: FrameReport) -> Int {
        var left = frame.receipts - frame.receipts / 100
        for (milliseconds, count) in frame.lateness.enumerated() {
            left -= count
            if left <= 0 { return milliseconds }
        }
        return frame.lateness.count
    }
}
