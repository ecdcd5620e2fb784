import Foundation
import HTTP2
import NIOCore
import TestSupport
import Testing

/// Other people's programs talk to the server. Each test is skipped where its program is not installed.
@Suite struct ToolTests {
    private static func isInstalled(_ tool: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)")
    }

    /// Runs a program off the cooperative threads and gives what it printed.
    private func run(_ tool: String, _ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        String(decoding: try ChildProcess.run([tool] + arguments).printed, as: UTF8.self)
                    })
            }
        }
    }

    private static let echo: RequestHandler = { request in
        let body = try? await request.body.collect(upTo: 1_000_000)
        return .text("\(request.method) \(request.protocolVersion.rawValue) \(body?.readableBytes ?? -1)\n")
    }

    @Test(
        .enabled(if: isInstalled("curl"), "curl is not installed"),
        arguments: [("--http2-prior-knowledge", "HTTP/2"), ("--http1.1", "HTTP/1.1"), ("--http1.0", "HTTP/1.0")])
    func `curl gets and posts`(option: String, version: String) async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let url = "http://\(loopback.endpoint)/"
            #expect(try await run("curl", ["-s", option, url]) == "GET \(version) 0\n")
            let body = String(repeating: "x", count: 70_000)
            #expect(try await run("curl", ["-s", option, "-d", body, url]) == "POST \(version) 70000\n")
            // curl 7.88 loses the second of two over HTTP/2, with every server.
            guard version != "HTTP/2" else { return }
            let both = try await run("curl", ["-s", option, url, url])
            #expect(both == "GET \(version) 0\nGET \(version) 0\n")
        }
    }

    @Test(.enabled(if: isInstalled("nghttp"), "nghttp is not installed"))
    func `nghttp gets many at once`() async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let output = try await run("nghttp", ["-m", "20", "http://\(loopback.endpoint)/"])
            #expect(output.split(separator: "\n").filter { $0 == "GET HTTP/2 0" }.count == 20)
        }
    }

    @Test(.enabled(if: isInstalled("h2load"), "h2load is not installed"), arguments: [[], ["--h1"]])
    func `h2load sees no failure`(options: [String]) async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let output = try await run(
                "h2load", options + ["-n", "5000", "-c", "8", "-m", "16", "http://\(loopback.endpoint)/"])
            #expect(output.contains("5000 succeeded, 0 failed, 0 errored, 0 timeout"))
        }
    }
}
