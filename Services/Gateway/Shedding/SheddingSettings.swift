import Contracts
import ServiceRuntime
import Shedding

/// How much the gateway lets in, how often one asker may ask, and how old an answer may be where there is no fresh one.
struct SheddingSettings: Sendable {
    /// A rate; none where the first number is 0.
    private struct Rate {
        let perSecond: Double
        let burst: Int
    }

    let intake: IntakeSettings
    let roundMax: Duration
    let staleFor: Duration
    private let sources: Rate
    private let signIns: Rate
    private let accounts: Rate
    private let instruments: Rate

    init(_ reader: SettingsReader) {
        var intake = reader.intake()
        intake.elsewhereMax[.pay] = reader.int(
            "BOXOFFICE_PAYMENTS_WAITING_MAX", default: 4_096, in: 1...100_000, unit: "requests",
            "Requests that wait for a payment provider at once.")
        intake.elsewhereMax[.signIn] = reader.int(
            "BOXOFFICE_SIGN_INS_WAITING_MAX", default: 64, in: 1...10_000, unit: "requests",
            "Sign-ins and sign-ups that wait for their passwords to be looked at.")
        self.intake = intake
        roundMax = reader.duration(
            "BOXOFFICE_ROUND_MILLISECONDS", default: 25, in: 1...10_000,
            "How far behind an event loop may be before it refuses those who browse.")
        staleFor = reader.duration(
            "BOXOFFICE_STALE_SECONDS", default: 30, in: 0...3_600,
            "How long events and maps are shown that can't be asked for anew.")
        sources = Self.rate(
            reader, "BOXOFFICE_SOURCE_REQUESTS_PER_SECOND", 1_000, burst: ("BOXOFFICE_SOURCE_REQUESTS_BURST", 10_000),
            "Requests of one address")
        signIns = Self.rate(
            reader, "BOXOFFICE_SOURCE_SIGN_INS_PER_SECOND", 10, burst: ("BOXOFFICE_SOURCE_SIGN_INS_BURST", 200),
            "Sign-ins and sign-ups of one address")
        accounts = Self.rate(
            reader, "BOXOFFICE_ACCOUNT_REQUESTS_PER_SECOND", 20, burst: ("BOXOFFICE_ACCOUNT_REQUESTS_BURST", 200),
            "Requests of one customer")
        instruments = Self.rate(
            reader, "BOXOFFICE_INSTRUMENT_PAYMENTS_PER_MINUTE", 10, seconds: 60,
            burst: ("BOXOFFICE_INSTRUMENT_PAYMENTS_BURST", 10), "Payments by one means of payment")
    }

    /// The limits, nothing counted yet.
    func limits() -> EdgeLimits {
        func limiter(_ name: String, _ rate: Rate) -> RateLimiter? {
            RateLimiter(name, perSecond: rate.perSecond, burst: rate.burst)
        }
        return EdgeLimits(
            sources: limiter("source", sources), signIns: limiter("source_sign_in", signIns),
            accounts: limiter("account", accounts), instruments: limiter("instrument", instruments))
    }

    private static func rate(
        _ reader: SettingsReader, _ name: String, _ usual: Int, seconds: Int = 1, burst: (name: String, usual: Int),
        _ what: String
    ) -> Rate {
        let count = reader.int(
            name, default: usual, in: 0...1_000_000, unit: "requests", "\(what) in the long run; 0 for no limit.")
        let most = reader.int(burst.name, default: burst.usual, in: 1...1_000_000, unit: "requests", "\(what) at once.")
        return Rate(perSecond: Double(count) / Double(seconds), burst: most)
    }
}
