import Foundation
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// TLS with ALPN, new certificates without a restart, and services that show each other theirs.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is not installed"))
struct TLSTests {
    private func with(
        _ body: (Certificates, MultiThreadedEventLoopGroup) async throws -> Void
    ) async throws {
        let certificates = try Certificates()
        try await body(certificates, MultiThreadedEventLoopGroup(numberOfThreads: 1))
        certificates.remove()
    }

    private func serve(
        _ identity: TLSIdentity, on group: MultiThreadedEventLoopGroup, _ body: (Endpoint) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = HTTPServer(tls: identity, logger: logger) { request in
            .text("\(request.protocolVersion.rawValue) \(request.isSecure)")
        }
        let port = try await TestPorts.bind { try await server.start(on: group, host: "127.0.0.1", port: $0) }
        try await body(Endpoint(host: "127.0.0.1", port: port))
        await server.shutdown()
    }

    private func ask(_ client: HTTPClient, _ endpoint: Endpoint) async throws -> String {
        let response = try await client.execute(ClientRequest(path: "/"), to: endpoint, deadline: .now + .seconds(10))
        return String(buffer: try await response.body.collect(upTo: 1_000))
    }

    private func client(_ identity: TLSIdentity?, on group: MultiThreadedEventLoopGroup) -> HTTPClient {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return HTTPClient(tls: identity, group: group, logger: logger)
    }

    @Test func `other people's clients choose HTTP/2 or HTTP/1.1 by ALPN`() async throws {
        try await with { certificates, group in
            let identity = try TLSIdentity(certificates.issue("box-office", authority: "one"))
            try await serve(identity, on: group) { endpoint in
                for (option, expected) in [("--http2", "HTTP/2 true"), ("--http1.1", "HTTP/1.1 true")] {
                    let printed = try await inOwnThread {
                        try ChildProcess.run([
                            "curl", "--silent", "--show-error", option, "--cacert", certificates.path("one.pem"),
                            "--resolve", "box-office:\(endpoint.port):127.0.0.1",
                            "https://box-office:\(endpoint.port)/",
                        ]).printed
                    }
                    #expect(String(decoding: printed, as: UTF8.self) == expected)
                }
            }
        }
    }

    @Test func `services show each other their certificates`() async throws {
        try await with { certificates, group in
            let ours = TLSFiles.Mutual(authority: certificates.authority("one"), serverName: "box-office")
            let identity = try TLSIdentity(certificates.issue("box-office", authority: "one", mutual: ours))
            try await serve(identity, on: group) { endpoint in
                let known = client(identity, on: group)
                #expect(try await ask(known, endpoint) == "HTTP/2 true")
                let others = TLSFiles.Mutual(authority: certificates.authority("one"), serverName: "box-office")
                let stranger = try TLSIdentity(certificates.issue("stranger", authority: "two", mutual: others))
                let misled = TLSFiles.Mutual(authority: certificates.authority("one"), serverName: "another-name")
                let mistaken = try TLSIdentity(certificates.issue("box-office", authority: "one", mutual: misled))
                for unknown in [client(nil, on: group), client(stranger, on: group), client(mistaken, on: group)] {
                    await #expect(throws: HTTPClientFailure.self) { try await ask(unknown, endpoint) }
                    unknown.shutdown()
                }
                #expect(try await ask(known, endpoint) == "HTTP/2 true")
                known.shutdown()
            }
        }
    }

    @Test func `new certificates are taken while old connections go on`() async throws {
        try await with { certificates, group in
            let ours = TLSFiles.Mutual(authority: certificates.authority("one"), serverName: "box-office")
            let files = try certificates.issue("box-office", authority: "one", mutual: ours)
            let identity = try TLSIdentity(files)
            #expect(try identity.refresh() == false)
            try await serve(identity, on: group) { endpoint in
                let old = client(identity, on: group)
                #expect(try await ask(old, endpoint) == "HTTP/2 true")

                try Data("half of a file".utf8).write(to: URL(fileURLWithPath: files.certificate))
                #expect(throws: TLSFailure.self) { try identity.refresh() }
                #expect(try await ask(old, endpoint) == "HTTP/2 true")

                // The second authority's certificate bears the same name in the same files; who knows only that
                // authority gets in from here on.
                try certificates.replaceAuthority("one", by: "two")
                try certificates.issue("box-office", authority: "two", mutual: ours)
                #expect(try identity.refresh())
                let new = client(try TLSIdentity(files), on: group)
                #expect(try await ask(new, endpoint) == "HTTP/2 true")
                #expect(try await ask(old, endpoint) == "HTTP/2 true")
                old.shutdown()
                new.shutdown()
            }
        }
    }

    @Test func `files that hold no certificate are told`() throws {
        let failure = #expect(throws: TLSFailure.self) {
            try TLSIdentity(TLSFiles(certificate: "/nowhere/certificate.pem", key: "/nowhere/key.pem"))
        }
        #expect(failure?.description.contains("/nowhere/certificate.pem") == true)
    }
}

/// Runs what blocks off the cooperative threads.
private func inOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}
