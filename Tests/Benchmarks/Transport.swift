import ArgumentParser
import Foundation
import RivalTable

/// The HTTP/2 server's processor time for a tiny answer, against nghttpd's and h2o's, all under the same h2load.
struct Transport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Server CPU a request over HTTP/2, against nghttpd and h2o.")

    @Option(help: "Rounds; each drives every server once.")
    var rounds = 7

    @Option(help: "Requests a round and server.")
    var requests = 200_000

    @Option(help: "Connections.")
    var clients = 16

    @Option(help: "Requests in flight on each connection.")
    var streams = 32

    @Option(help: "First of three free ports.")
    var port = 21_480

    @OptionGroup
    var output: RowsOption

    private struct Contender {
        let name: String
        let port: Int
        let child: Child
        var microseconds: [Double] = []
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "transport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("tiny".utf8).write(to: folder.appending(path: "tiny"))

        var contenders: [Contender] = []
        defer { for contender in contenders { contender.child.stop() } }
        try start("ours", CommandLine.arguments[0], &contenders) { ["transport-server", "--port", "\($0)"] }
        try start("nghttpd", "nghttpd", &contenders) { ["--no-tls", "-n", "1", "-d", folder.path(), "\($0)"] }
        try start("h2o", "h2o", &contenders) { port in
            let file = folder.appending(path: "h2o.conf")
            try Data(Self.h2o(folder.path(), port).utf8).write(to: file)
            return ["-c", file.path()]
        }

        for contender in contenders { _ = try measure(contender, requests / 10) }
        for round in 1...max(1, rounds) {
            for place in contenders.indices {
                contenders[place].microseconds.append(try measure(contenders[place], requests))
            }
            print(
                "round \(round):",
                contenders.map { "\($0.name) \(format($0.microseconds[round - 1])) µs" }.joined(separator: ", "))
        }
        print("server CPU a request, median of \(rounds) rounds of \(requests), h2load -c\(clients) -m\(streams):")
        let ours = median(contenders[0].microseconds)
        print("  ours \(format(ours)) µs")
        for contender in contenders.dropFirst() {
            let theirs = median(contender.microseconds)
            print("  \(contender.name) \(format(theirs)) µs, ratio \(format(ours / theirs))")
            try output.add([
                RivalRow(
                    measure: "HTTP/2 server's processor time for a tiny answer", unit: "µs", better: .less, ours: ours,
                    rival: contender.name, theirs: theirs, goal: contender.name == "nghttpd" ? 1 : nil, rounds: rounds)
            ])
        }
    }

    private func start(
        _ name: String, _ tool: String, _ contenders: inout [Contender], _ arguments: (Int) throws -> [String]
    ) throws {
        let port = port + contenders.count
        let child = try Child(tool, try arguments(port), isReadyOn: port)
        contenders.append(Contender(name: name, port: port, child: child))
    }

    /// Drives one server; its processor time a request, in microseconds.
    private func measure(_ contender: Contender, _ requests: Int) throws -> Double {
        let before = contender.child.processorNanoseconds
        let output = try Child.output(
            "h2load",
            ["-n", "\(requests)", "-c", "\(clients)", "-m", "\(streams)", "http://127.0.0.1:\(contender.port)/tiny"])
        guard output.contains("\(requests) succeeded, 0 failed, 0 errored, 0 timeout"),
            output.contains("\(requests) 2xx")
        else { throw ValidationError("h2load saw failures:\n\(output)") }
        return Double(contender.child.processorNanoseconds - before) / 1_000 / Double(requests)
    }

    /// One thread, no log.
    private static func h2o(_ folder: String, _ port: Int) -> String {
        """
        num-threads: 1
        listen:
          host: 127.0.0.1
          port: \(port)
        hosts:
          default:
            paths:
              /:
                file.dir: \(folder)
        """
    }

    private func format(_ value: Double) -> String {
        String(format: "%.2f", value)
    }
}
