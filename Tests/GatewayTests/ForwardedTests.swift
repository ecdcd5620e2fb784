import HTTP2
import HTTPTypes
import NIOCore
import NIOPosix
import ServiceRuntime
import Testing

@testable import Gateway

/// Whom the gateway believes of a request's way here (RFC 7239).
struct ForwardedTests {
    private static func address(_ text: String) -> ForwardedNode? {
        IPAddress(text).map { .address($0) }
    }

    // MARK: The field

    @Test(
        arguments: [
            ("", []),
            (" , ,", []),
            ("for=192.0.2.60", [ForwardedElement(client: address("192.0.2.60"))]),
            (
                "For=\"[2001:db8:cafe::17]:4711\";Proto=HTTPS;by=203.0.113.43",
                [ForwardedElement(client: address("2001:db8:cafe::17"), scheme: "https")]
            ),
            (
                "for=192.0.2.43, for=198.51.100.17 ;proto=http; host=\"tickets.example:8443\"",
                [
                    ForwardedElement(client: address("192.0.2.43")),
                    ForwardedElement(
                        client: address("198.51.100.17"), scheme: "http", host: "tickets.example:8443"),
                ]
            ),
            ("for=\"192.0.2.43:47011\"", [ForwardedElement(client: address("192.0.2.43"))]),
            ("for=unknown", [ForwardedElement(client: .unknown)]),
            (
                "for=_gazonk-1.a;secret=\"a, b; \\\"c\\\" = \\\\\"",
                [ForwardedElement(client: .obfuscated("_gazonk-1.a"))]
            ),
            ("for=\"_hidden:_port\"", [ForwardedElement(client: .obfuscated("_hidden"))]),
            ("proto=https", [ForwardedElement(scheme: "https")]),
            (";for=192.0.2.1;;", [ForwardedElement(client: address("192.0.2.1"))]),
        ])
    func `elements are read, hop by hop`(text: String, elements: [ForwardedElement]) {
        #expect(ForwardedParser.elements(of: [text]) == elements)
    }

    @Test func `several fields are one list`() {
        let elements = ForwardedParser.elements(of: ["for=192.0.2.1", "for=192.0.2.2, for=192.0.2.3"])
        #expect(elements.map(\.client) == (1...3).map { Self.address("192.0.2.\($0)") })
    }

    @Test(
        arguments: [
            "for", "for=", "=1", "for=192.0.2.1 proto=http", "for=192.0.2.1:80", "for=[2001:db8::1]",
            "for=\"[2001:db8::1\"", "for=\"2001:db8::1\"", "for=\"[192.0.2.1]\"", "for=\"192.0.2.1:123456\"",
            "for=\"192.0.2.1:\"", "for=someone", "for=_", "for=\"unterminated", "for=\"a\\", "for=\"a\u{1}b\"",
            "for=192.0.2.1;for=192.0.2.2", "proto=http;Proto=https", "host=a;host=a", "x=1;for=192.0.2.1;x=1",
            "proto=ftp", "host=\"a b\"", "host=\"a/b\"", "host=\"\"",
            "for = 192.0.2.1", "for=192.0.2.1\u{0}", "for=192.0.2.1, for", "fo r=1", "é=1",
            "x=\"" + String(repeating: "a", count: 5_000) + "\"",
            String(repeating: ";", count: 4_097),
        ])
    func `what is malformed or too much is not read at all`(text: String) {
        #expect(ForwardedParser.elements(of: [text]) == [])
    }

    @Test(
        arguments: [
            "for", "for=someone", "=", "for=\"unterminated", "for=\"a\\", "\"", "\\", "é",
            "for=1.1.1.1;for=2.2.2.2",
            "for=\"a, b", "x=\"" + String(repeating: "a", count: 5_000),
            String(repeating: "for=192.0.2.1,", count: 500),
        ])
    func `what was written before it takes nothing from what a proxy appended`(before: String) throws {
        for appended in ["for=203.0.113.9", "for=\"203.0.113.9:80\"", "for=203.0.113.9;x=\"a, \\\"b\\\", c\""] {
            for fields in [["\(before), \(appended)"], [before, appended]] {
                #expect(ForwardedParser.elements(of: fields).last?.client == Self.address("203.0.113.9"))
            }
            let request = try request(from: "10.0.0.1", "\(before), \(appended), for=10.0.0.2")
            #expect(proxies.client(of: request)?.description == "203.0.113.9")
            #expect(proxies.source(of: ArrivingRequest(request)) == IPAddress("203.0.113.9")?.source)
        }
    }

    @Test func `so many elements are read, those that came last`() {
        let text = (1...20).map { "for=192.0.2.\($0)" }.joined(separator: ", ")
        let clients = ForwardedParser.elements(of: [text]).map(\.client)
        #expect(clients == (5...20).map { Self.address("192.0.2.\($0)") })
    }

    @Test func `bytes at random never trap`() {
        let alphabet = Array("for=proto;host,\"\\[]:_ 1.2\t\u{7F}é")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...40)).compactMap { _ in alphabet.randomElement() })
            _ = ForwardedParser.elements(of: [text])
        }
    }

    // MARK: Who is believed

    private func request(from peer: String, _ forwarded: String?) throws -> ServerRequest {
        var fields: HTTPFields = [:]
        fields[.forwarded] = forwarded
        let head = HTTPRequest(method: .get, scheme: "http", authority: "inner:8080", path: "/", headerFields: fields)
        return ServerRequest(
            head: head, remoteAddress: try SocketAddress(ipAddress: peer, port: 40_000),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
    }

    private let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8::/32"].compactMap { NetworkRange($0) })

    @Test(
        arguments: [
            // A client of our own balancer.
            ("10.0.0.1", "for=203.0.113.9;proto=https;host=tickets.example", "203.0.113.9"),
            // What the client itself wrote before the balancer's element is not believed.
            (
                "10.0.0.1",
                "for=127.0.0.1;proto=http;host=evil.example, for=203.0.113.9;proto=https;host=tickets.example",
                "203.0.113.9"
            ),
            // Two proxies of ours.
            (
                "10.0.0.1", "for=1.1.1.1, for=203.0.113.9;proto=https;host=tickets.example, for=10.0.0.2;proto=http",
                "203.0.113.9"
            ),
            ("2001:db8::5", "for=\"[2a00::9]\";proto=https;host=tickets.example", "2a00::9"),
        ])
    func `a trusted proxy's word counts`(peer: String, forwarded: String, client: String) throws {
        let request = try request(from: peer, forwarded)
        #expect(proxies.client(of: request)?.description == client)
        let unwrapped = proxies.unwrapped(request)
        #expect(unwrapped.head.scheme == "https")
        #expect(unwrapped.authority == "tickets.example")
    }

    @Test(
        arguments: [
            ("203.0.113.1", "for=127.0.0.1;proto=https;host=tickets.example"),
            (
                "10.0.0.1",
                "for=127.0.0.1;proto=https;host=tickets.example;"
                    + "for=127.0.0.2"
            ),
            ("10.0.0.1", nil),
        ])
    func `anybody else's, or nonsense, does not`(peer: String, forwarded: String?) throws {
        let request = try request(from: peer, forwarded)
        #expect(proxies.client(of: request)?.description == peer)
        #expect(proxies.unwrapped(request).authority == "inner:8080")
        #expect(proxies.unwrapped(request).head.scheme == "http")
    }

    @Test func `a proxy that hides its client leaves nobody to name`() throws {
        let request = try request(from: "10.0.0.1", "for=_hidden;proto=https")
        #expect(proxies.client(of: request) == nil)
        #expect(proxies.unwrapped(request).head.scheme == "https")
    }

    @Test func `without trusted proxies nobody is believed`() throws {
        let request = try request(from: "127.0.0.1", "for=203.0.113.9;host=tickets.example")
        #expect(TrustedProxies().client(of: request)?.description == "127.0.0.1")
        #expect(TrustedProxies().unwrapped(request).authority == "inner:8080")
    }
}
