import ArgumentParser
import Foundation
import RivalTable
import ViewerCrowd

/// What it costs to tell thousands of viewers of a change, against nginx with nchan, in interleaved rounds.
struct Fanout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fan-out of realtime-push against nchan: time to the last delivery, CPU a delivery, memory a viewer.")

    @Option(help: "Rounds; each drives both servers over each transport.")
    var rounds = 3

    @Option(help: "Viewers at once.")
    var viewers = 8_000

    @Option(help: "Messages of a round.")
    var messages = 15

    @Option(help: "Streams on an HTTP/2 connection.")
    var streams = 500

    @Option(help: "What the viewers come over: http1, http2, websocket.")
    var transports = "http1,http2,websocket"

    @OptionGroup
    var output: RowsOption

    func run() async throws {
        let transports = try transports.split(separator: ",").map { name in
            guard let transport = CrowdSettings.Transport(rawValue: String(name)) else {
                throw ValidationError("\(name) is no transport")
            }
            return transport
        }
        var ours: [CrowdSettings.Transport: [FanoutRound]] = [:]
        var theirs: [CrowdSettings.Transport: [FanoutRound]] = [:]
        for round in 1...max(1, rounds) {
            for transport in transports {
                let mine = try await measure(try await FanoutRealtimePush(), over: transport)
                let other = try await measure(try await FanoutNchan(), over: transport)
                ours[transport, default: []].append(mine)
                theirs[transport, default: []].append(other)
                print("round \(round), \(transport.rawValue): ours \(row([mine])), nchan \(row([other]))")
            }
        }
        print("\(viewers) viewers, medians of \(rounds) rounds of \(messages) messages; goals in brackets:")
        for transport in transports {
            summarize(transport, ours[transport] ?? [], theirs[transport] ?? [])
            try output.add(rows(of: transport, ours[transport] ?? [], theirs[transport] ?? []))
        }
    }

    private func rows(
        of transport: CrowdSettings.Transport, _ ours: [FanoutRound], _ theirs: [FanoutRound]
    ) -> [RivalRow] {
        func row(_ measure: String, _ unit: String, _ value: (FanoutRound) -> Double) -> RivalRow {
            RivalRow(
                measure: "\(measure), \(viewers) viewers over \(transport.rawValue)", unit: unit, better: .less,
                ours: median(ours.map(value)), rival: "nginx with nchan", theirs: median(theirs.map(value)), goal: 1,
                rounds: rounds)
        }
        let memory = row("memory a viewer", "kB") { $0.viewerBytes / 1_000 }
        var goal = memory
        (goal.rival, goal.theirs, goal.goal) = ("the goal", nil, 5)
        return [
            row("processor time for one message to one viewer", "µs") { $0.deliveryMicroseconds }, memory, goal,
            row("until the last one is told", "ms") { $0.lastMilliseconds },
        ]
    }

    private func measure(
        _ server: any FanoutServer, over transport: CrowdSettings.Transport
    ) async throws -> FanoutRound {
        do {
            let round = try await FanoutRound(
                server, over: transport, viewers: viewers, streams: streams, messages: messages)
            await server.stop()
            return round
        } catch {
            await server.stop()
            throw error
        }
    }

    private func row(_ rounds: [FanoutRound]) -> String {
        String(
            format: "%.1f µs a delivery, %.1f kB a viewer, all told after %.0f ms (99 %% after %.0f)",
            median(rounds.map(\.deliveryMicroseconds)), median(rounds.map(\.viewerBytes)) / 1_000,
            median(rounds.map(\.lastMilliseconds)), median(rounds.map(\.p99Milliseconds)))
    }

    private func summarize(_ transport: CrowdSettings.Transport, _ ours: [FanoutRound], _ theirs: [FanoutRound]) {
        func ratio(_ value: KeyPath<FanoutRound, Double>) -> String {
            String(format: "%.2f", median(ours.map { $0[keyPath: value] }) / median(theirs.map { $0[keyPath: value] }))
        }
        let name =
            switch transport {
            case .http1: "server-sent events, HTTP/1.1"
            case .http2: "server-sent events, HTTP/2, \(streams) streams a connection"
            case .webSocket: "WebSocket"
            }
        print("  \(name)")
        print("    ours  \(row(ours))")
        print("    nchan \(row(theirs))")
        print(
            "    ratio: \(ratio(\.deliveryMicroseconds)) a delivery [1.00], \(ratio(\.viewerBytes)) a viewer",
            "[1.00, and 5 kB], \(ratio(\.lastMilliseconds)) to the last [1.00]")
    }
}
