import ArgumentParser
import Foundation

/// The HTTP/2 server's processor time for a tiny answer, against nghttpd's, both under the same h2load.
struct Transport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Server CPU a request over HTTP/2, against nghttpd.")

    @Option(help: "Rounds; each drives both servers once.")
    var rounds = 7

    @Option(help: "Requests a round and server.")
    var requests = 200_000

    @Option(help: "Connections.")
    var clients = 16

    @Option(help: "Requests in flight on each connection.")
    var streams = 32

    @Option(help: "First of two free ports.")
    var port = 21_480

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "transport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("tiny".utf8).write(to: folder.appending(path: "tiny"))

        let ours = try Child(
            CommandLine.arguments[0], ["transport-server", "--port", "\(port)"], isReadyOn: port)
        defer { ours.stop() }
        let theirs = try Child(
            "nghttpd", ["--no-tls", "-n", "1", "-d", folder.path(), "\(port + 1)"], isReadyOn: port + 1)
        defer { theirs.stop() }

        var oursMicroseconds: [Double] = []
        var theirsMicroseconds: [Double] = []
        _ = try measure(ours, port, requests / 10)
        _ = try measure(theirs, port + 1, requests / 10)
        for round in 1...max(1, rounds) {
            oursMicroseconds.append(try measure(ours, port, requests))
            theirsMicroseconds.append(try measure(theirs, port + 1, requests))
            let pair = [oursMicroseconds, theirsMicroseconds].map { format($0.last ?? 0) }
            print("round \(round): ours \(pair[0]) µs, nghttpd \(pair[1]) µs")
        }
        let medians = (median(oursMicroseconds), median(theirsMicroseconds))
        print("server CPU a request, median of \(rounds) rounds of \(requests), h2load -c\(clients) -m\(streams):")
        print("  ours \(format(medians.0)) µs, nghttpd \(format(medians.1)) µs, ratio \(format(medians.0 / medians.1))")
    }

    /// Drives one server; its processor time a request, in microseconds.
    private func measure(_ child: Child, _ port: Int, _ requests: Int) throws -> Double {
        let before = child.processorNanoseconds
        let output = try Child.output(
            "h2load",
            ["-n", "\(requests)", "-c", "\(clients)", "-m", "\(streams)", "http://127.0.0.1:\(port)/tiny"])
        guard output.contains("\(requests) succeeded, 0 failed, 0 errored, 0 timeout"),
            output.contains("\(requests) 2xx")
        else { throw ValidationError("h2load saw failures:\n\(output)") }
        return Double(child.processorNanoseconds - before) / 1_000 / Double(requests)
    }

    private func format(_ value: Double) -> String {
        String(format: "%.2f", value)
    }
}
