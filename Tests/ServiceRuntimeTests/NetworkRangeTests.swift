import NIOCore
import Testing

@testable import ServiceRuntime

/// Addresses and ranges of them.
struct NetworkRangeTests {
    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false), ("192.0.2.128/25", "192.0.2.127", false),
            ("192.0.2.128/25", "192.0.2.129", true), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true), ("::1", "0.0.0.1", false),
            ("::/0", "203.0.113.9", true), ("2001:db8::8/125", "2001:db8::f", true),
            ("2001:db8::8/125", "2001:db8::10", false),
        ])
    func `a range holds what begins with its bits`(range: String, address: String, isIn: Bool) throws {
        #expect(try #require(NetworkRange(range)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.1/8", "10.0.0",
            "::/129", "2001:db8::1/32", "[::1]", "localhost", "10.0.0.0/8x", "fe80::1%eth0", "1.2.3.4:80",
        ])
    func `anything else is none`(text: String) {
        #expect(NetworkRange(text) == nil)
    }

    @Test(
        arguments: [
            ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.7", "::ffff:192.0.2.7", true), ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false), ("2001:db8::1", "192.0.2.7", false),
        ])
    func `one subscriber is one source`(one: String, other: String, isSame: Bool) throws {
        #expect((try #require(IPAddress(one)).source == (try #require(IPAddress(other))).source) == isSame)
    }

    @Test(arguments: ["192.0.2.7", "2001:db8::7", "::1"])
    func `a peer's address is the same by its socket and by its text`(text: String) throws {
        let socket = try SocketAddress(ipAddress: text, port: 4_711)
        #expect(IPAddress(socket) == IPAddress(text))
        #expect(IPAddress(socket)?.description == text)
    }

    @Test func `an IPv4 peer of an IPv6 socket is the IPv4 address`() throws {
        let socket = try SocketAddress(ipAddress: "::ffff:192.0.2.7", port: 4_711)
        #expect(IPAddress(socket)?.description == "192.0.2.7")
    }

    @Test func `a peer by a file has no address`() throws {
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/run/box-office")) == nil)
    }

    @Test func `ranges are read from the environment, and none is the default`() throws {
        let ranges = try SettingsReader.read(["SHOP_PROXIES": "10.0.0.0/8, ::1"]) { $0.networks("SHOP_PROXIES", "P.") }
        #expect(ranges.map(\.description) == ["10.0.0.0/8", "::1/128"])
        #expect(try SettingsReader.read([:]) { $0.networks("SHOP_PROXIES", "P.") }.isEmpty)
        for wrong in ["10.0.0.0/8,", "balancer", ","] {
            #expect(throws: SettingsFailure.self) {
                try SettingsReader.read(["SHOP_PROXIES": wrong]) { $0.networks("SHOP_PROXIES", "P.") }
            }
        }
    }
}
