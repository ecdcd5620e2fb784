import ActorTransport
import ArgumentParser
import Contracts
import Foundation
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Ticketing
import Wire

/// What a call from a gateway to a service costs, both sides, against the same bytes echoed over the same transport.
struct Hop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "CPU and latency of a hold's call between services, against a bare HTTP/2 exchange of its bytes.")

    @Option(help: "Rounds; each drives both kinds.")
    var rounds = 5

    @Option(help: "Calls of a round and kind, many at once.")
    var calls = 40_000

    @Option(help: "Calls under way at once.")
    var callers = 64

    @Option(help: "Calls of a round and kind, one after the other.")
    var lonelyCalls = 2_000

    func run() async throws {
        let port = FreePort.find()
        let server = try Child(CommandLine.arguments[0], ["hop-server", "--port", "\(port)"], isReadyOn: port)
        defer { server.stop() }
        let caller = try HopCaller(port: port)
        var actors: [HopRound] = []
        var echoes: [HopRound] = []
        _ = try await measure(server, calls / 10) { try await caller.hold() }
        _ = try await measure(server, calls / 10) { try await caller.echo() }
        for round in 1...max(1, rounds) {
            actors.append(try await measure(server, calls) { try await caller.hold() })
            echoes.append(try await measure(server, calls) { try await caller.echo() })
            print("round \(round): actor call \(actors[round - 1]), bare exchange \(echoes[round - 1])")
        }
        func ratio(_ value: KeyPath<HopRound, Double>) -> String {
            String(
                format: "%.2f", median(actors.map { $0[keyPath: value] }) / median(echoes.map { $0[keyPath: value] }))
        }
        print("a hold's call from gateway to service, medians of \(rounds) rounds, \(callers) at once:")
        print("  actor call    \(HopRound.median(of: actors))")
        print("  bare exchange \(HopRound.median(of: echoes))")
        print("  ratio: \(ratio(\.callerMicroseconds)) caller, \(ratio(\.serverMicroseconds)) server")
    }

    private func measure(
        _ server: Child, _ calls: Int, _ call: @escaping @Sendable () async throws -> Void
    ) async throws -> HopRound {
        let (mine, theirs) = (OwnProcessor.nanoseconds, server.processorNanoseconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask { for _ in 0..<calls / callers { try await call() } }
            }
            try await group.waitForAll()
        }
        let done = Double(calls / callers * callers) * 1_000
        let spent = (
            Double(OwnProcessor.nanoseconds - mine) / done, Double(server.processorNanoseconds - theirs) / done
        )
        var latencies: [Double] = []
        for _ in 0..<lonelyCalls {
            let began = ContinuousClock.now
            try await call()
            latencies.append((ContinuousClock.now - began) / .microseconds(1))
        }
        return HopRound(
            callerMicroseconds: spent.0, serverMicroseconds: spent.1, lonelyMicroseconds: median(latencies))
    }
}
