import LedgerStore
import NIOCore
import ServiceRuntime
import Testing
import Ticketing

@testable import Payment

@Suite struct `The rules of messages` {
    @Test func `pauses double, are never the same for all, and end`() {
        let backOff = DeliveryBackOff(secondsMin: 1, secondsMax: 60, attemptsMax: 9)
        #expect((1...8).map { backOff.pause(after: $0, chance: 1) } == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(backOff.pause(after: 3, chance: 0) == 2)
        #expect(backOff.pause(after: 9, chance: 1) == nil)
        #expect(backOff.pause(after: .max, chance: 1) == nil)
        let patient = DeliveryBackOff()
        let whole = (1..<patient.attemptsMax).compactMap { patient.pause(after: $0, chance: 0.5) }.reduce(0, +)
        #expect(whole > 6 * 3_600 && whole < 24 * 3_600)
    }

    @Test(arguments: [
        ("127.0.0.1", false), ("10.1.2.3", false), ("172.31.255.255", false), ("172.32.0.1", true),
        ("192.168.0.1", false),
        ("169.254.169.254", false), ("100.64.0.1", false), ("0.0.0.0", false), ("255.255.255.255", false),
        ("224.0.0.1", false), ("198.18.0.1", false), ("8.8.8.8", true), ("1.1.1.1", true), ("::1", false),
        ("::", false),
        ("::ffff:127.0.0.1", false), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true), ("::127.0.0.1", false),
        ("fe80::1", false), ("fc00::1", false), ("fd12::1", false), ("ff02::1", false), ("64:ff9b::7f00:1", false),
        ("2002:7f00:1::", false), ("2001::1", false), ("2001:db8::1", false), ("2606:4700:4700::1111", true),
        ("100::1", false), ("fec0::1", false),
    ]) func `only the public Internet is reached`(text: String, may: Bool) throws {
        let address = try SocketAddress(ipAddress: text, port: 443)
        #expect(WebhookAddress().mayReach(address) == may)
        let all = [try #require(NetworkRange("::/0")), try #require(NetworkRange("0.0.0.0/0"))]
        #expect(WebhookAddress(exceptions: all).mayReach(address))
    }

    @Test(arguments: [
        ("https://example.org", true), ("https://example.org:8443/a/b?c=d&e=%20", true), ("HTTPS://example.org/", true),
        ("http://example.org", false), ("https://", false), ("https:///path", false), ("ftp://example.org", false),
        ("file:///etc/passwd", false), ("https://user:password@example.org", false), ("https://example.org#a", false),
        ("https://exa mple.org", false), ("https://example.org/\r\nX: y", false), ("https://예시.한국", false),
        ("javascript:alert(1)", false), ("", false), ("https://a\\@b", false),
        ("https://example.org/" + String(repeating: "a", count: 2_000), false),
    ]) func `an address is a plain URL by https`(url: String, isOne: Bool) {
        #expect((WebhookAddress().problem(of: url) == nil) == isOne)
        #expect(WebhookAddress(allowsClearText: true).problem(of: "http://example.org") == nil)
    }

    @Test func `a secret belongs to one endpoint and one key`() {
        let keys = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]
        let (one, other) = (WebhookEndpointID(high: 1, low: 1), WebhookEndpointID(high: 1, low: 2))
        let signature = OrganizerSignature(keys: keys)
        #expect(signature.secret(of: one) == OrganizerSignature(keys: [keys[0]]).secret(of: one))
        #expect(signature.secret(of: one) != signature.secret(of: other))
        #expect(signature.secret(of: one) != OrganizerSignature(keys: [keys[1]]).secret(of: one))
        #expect(signature.secret(of: one).wholeMatch(of: /whsec_[0-9a-f]{64}/) != nil)
        let header = signature.sign([1], at: Timestamp(unixMicroseconds: 1_795_248_000_999_999), for: one)
        #expect(header.wholeMatch(of: /t=1795248000,v1=[0-9a-f]{64},v1=[0-9a-f]{64}/) != nil)
    }

    @Test func `a webhook's name leads back to it`() {
        let endpoint = WebhookEndpointID(at: .now)
        #expect(WebhookEndpointName.endpoint(of: WebhookEndpointName.name(of: endpoint)) == endpoint)
        #expect(WebhookEndpointName.endpoint(of: endpoint.description) == endpoint)
        #expect(WebhookEndpointName.endpoint(of: "mail") == nil)
    }

    @Test(
        arguments: [
            (52_000, "KRW", "₩52,000"), (0, "KRW", "₩0"), (1_234_567, "JPY", "JPY 1,234,567"),
            (1_250, "EUR", "EUR 12.50"),
            (5, "EUR", "EUR 0.05"), (-100_000, "USD", "−USD 1,000.00"), (1_234, "KWD", "KWD 1.234"),
            (.max, "KRW", "₩9,223,372,036,854,775,807"), (.min, "KRW", "−₩9,223,372,036,854,775,808"),
        ] as [(Int64, String, String)]) func `money is written as people read it`(
            amount: Int64, currency: String, text: String
        )
    {
        #expect(MoneyText.text(Money(amountMinor: amount, currency: currency)) == text)
    }

    @Test func `nothing of a show's title is markup`() {
        #expect(
            LetterSheet.escaped("<script>\"a\" & 'b'</script>")
                == "&lt;script&gt;&quot;a&quot; &amp; 'b'&lt;/script&gt;")
    }
}
