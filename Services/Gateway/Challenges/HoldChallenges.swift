import Crypto
import Metrics
import Synchronization
import Ticketing
import Wire

/// Asks for a little work before seats are held, while very many ask at once: for a person a second of their machine's, for
/// a thousand bots a thousand times that. Whoever can't or does not want to work waits instead; nobody solves a riddle.
///
/// Nothing is kept: a challenge is signed, and for one request. To check one costs two hashes.
final class HoldChallenges: Sendable {
    private static let asked = Counter(label: "challenges_asked_total")
    private static let met = Counter(label: "challenges_met_total")

    private let settings: ChallengeSettings
    private let keys: [SymmetricKey]
    private let start = ContinuousClock.now
    private let meter = Mutex(ArrivalMeter())

    /// `secrets`: the first signs, all verify.
    init(settings: ChallengeSettings, secrets: [[UInt8]]) {
        precondition(!secrets.isEmpty, "challenges need a key")
        self.settings = settings
        keys = secrets.map { SymmetricKey(data: $0) }
    }

    /// Lets a wish for seats through, or throws what has to be done before. `solution` is the header's value: a token, or
    /// `token:nonce`.
    func admit(
        _ purpose: ChallengeToken.Purpose, solution: String?, at now: Timestamp = .now,
        instant: ContinuousClock.Instant = .now
    ) throws {
        let arrived = meter.withLock { $0.arrive(at: instant, since: start) }
        guard let bits = settings.bits(at: Double(arrived)) else { return }
        if let solution, isMet(solution, for: purpose, at: now) {
            Self.met.increment()
            return
        }
        Self.asked.increment()
        throw EdgeRefusal(
            Problem(.challengeRequired, detail: "Send the same request again with Challenge-Solution.").with {
                $0.challenge = challenge(of: bits, for: purpose, at: now)
            })
    }

    private func challenge(
        of bits: Int, for purpose: ChallengeToken.Purpose, at now: Timestamp
    ) -> ChallengeResource {
        let wait = Int64(settings.waitSeconds)
        let token = ChallengeToken(
            bits: bits, readyAt: now.advanced(bySeconds: wait),
            expiresAt: now.advanced(bySeconds: wait + Int64(settings.lifetimeSeconds)))
        return ChallengeResource(
            token: token.text(for: purpose, by: keys[0]), bits: bits, waitSeconds: settings.waitSeconds)
    }

    private func isMet(_ solution: String, for purpose: ChallengeToken.Purpose, at now: Timestamp) -> Bool {
        guard solution.utf8.count <= 256,
            let text = solution.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first,
            let token = ChallengeToken(text, for: purpose, by: keys), now < token.expiresAt
        else { return false }
        return now >= token.readyAt || Self.leadingZeros(of: solution) >= token.bits
    }

    /// Zero bits in front of a text's SHA-256.
    static func leadingZeros(of text: String) -> Int {
        var zeros = 0
        for byte in SHA256.hash(data: Array(text.utf8)) {
            zeros += byte.leadingZeroBitCount
            if byte != 0 { break }
        }
        return zeros
    }
}
