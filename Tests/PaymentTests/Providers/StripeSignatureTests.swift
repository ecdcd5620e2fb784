import ProviderStandIns
import Testing
import Ticketing

@testable import Payment

@Suite struct `Stripe's signature` {
    private let signature = StripeSignature(secrets: ["whsec_new", "whsec_old"], toleranceSeconds: 300)
    private let body = Array(#"{"id":"evt_1","type":"payment_intent.succeeded"}"#.utf8)
    private let now = Timestamp(unixMicroseconds: 1_770_000_000_000_000)
    private let seconds: Int64 = 1_770_000_000

    private func refusal(_ header: String, of body: [UInt8]? = nil, at time: Timestamp? = nil) -> WebhookRefusal? {
        do {
            try signature.verify(header, of: body ?? self.body, at: time ?? now)
            return nil
        } catch {
            return error
        }
    }

    private func header(_ secret: String, at seconds: Int64) -> String {
        StripeStandIn.signature(of: body, at: seconds, by: secret)
    }

    @Test(arguments: ["whsec_new", "whsec_old"]) func `of either valid secret is believed`(secret: String) {
        #expect(refusal(header(secret, at: seconds)) == nil)
    }

    @Test func `is found among several, whatever else the header holds`() {
        let good = header("whsec_new", at: seconds).split(separator: ",")[1]
        let bad = header("whsec_other", at: seconds).split(separator: ",")[1]
        #expect(refusal("t=\(seconds),\(bad),\(good)") == nil)
        #expect(refusal("t=\(seconds),v0=00,\(good),v2=zz") == nil)
    }

    @Test(arguments: [-300, -1, 0, 300]) func `may be five minutes old, or early`(age: Int64) {
        #expect(refusal(header("whsec_new", at: seconds - age)) == nil)
    }

    @Test(arguments: [-301, 301, 604_800, Int64.max, Int64.min]) func `older, or earlier, is stale`(age: Int64) {
        let (time, hasOverflowed) = seconds.subtractingReportingOverflow(age)
        #expect(refusal(header("whsec_new", at: hasOverflowed ? .min : time)) == .stale)
    }

    @Test func `forged, changed, cut or empty is none`() {
        let good = header("whsec_new", at: seconds)
        #expect(refusal(header("whsec_other", at: seconds)) == .forged)
        #expect(refusal(good, of: body + [32]) == .forged)
        #expect(refusal(good.replacing("t=\(seconds)", with: "t=\(seconds + 1)")) == .forged)
        for header in [
            "", "t=1", "v1=00", "t=\(seconds),v1=", "t=\(seconds),v1=zz", "t=x,v1=00", ",,,", "t=,v1=00",
            String(good.dropLast(2)), String(repeating: "v1=00,", count: 1_000) + good,
        ] {
            #expect(refusal(header) == .forged, "\(header.prefix(40))")
        }
    }
}
