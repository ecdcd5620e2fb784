import Testing
import Ticketing
import Wire

@testable import Gateway

/// While very many ask, a wish for seats costs a little work, or a plain wait.
@Suite struct HoldChallengeTests {
    private let now = Timestamp(unixMicroseconds: 1_795_248_000_000_000)
    private let instant = ContinuousClock.now
    private let purpose = ChallengeToken.Purpose(
        performanceID: PerformanceID(high: 1, low: 2), customerID: CustomerID(high: 3, low: 4), idempotencyKey: "key")

    /// Challenges everybody after the first.
    private func strict(secrets: [[UInt8]] = [[UInt8](repeating: 1, count: 32)]) -> HoldChallenges {
        var settings = ChallengeSettings()
        settings.holdsPerSecond = 1
        settings.bitsMin = 8
        settings.bitsMax = 12
        let challenges = HoldChallenges(settings: settings, secrets: secrets)
        try? challenges.admit(purpose, solution: nil, at: now, instant: instant)
        return challenges
    }

    private func challenge(
        _ challenges: HoldChallenges, _ purpose: ChallengeToken.Purpose? = nil, solution: String? = nil,
        at time: Timestamp? = nil
    ) -> ChallengeResource? {
        do {
            try challenges.admit(purpose ?? self.purpose, solution: solution, at: time ?? now, instant: instant)
            return nil
        } catch let refusal as EdgeRefusal {
            #expect(refusal.problem.code == .challengeRequired && refusal.problem.status == 403)
            return refusal.problem.challenge
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    private func solution(of challenge: ChallengeResource) -> String {
        for nonce in 0... {
            let text = "\(challenge.token):\(nonce)"
            if HoldChallenges.leadingZeros(of: text) >= challenge.bits { return text }
        }
        return ""
    }

    @Test func `who did the work is let through, and so is whoever waited`() throws {
        let challenges = strict()
        let asked = try #require(challenge(challenges))
        #expect(asked.bits == 8 && asked.waitSeconds == 20)
        #expect(challenge(challenges, solution: solution(of: asked)) == nil)
        #expect(challenge(challenges, solution: asked.token) != nil, "neither worked nor waited")
        #expect(challenge(challenges, solution: asked.token, at: now.advanced(bySeconds: 19)) != nil)
        #expect(challenge(challenges, solution: asked.token, at: now.advanced(bySeconds: 20)) == nil)
        #expect(challenge(challenges, solution: solution(of: asked), at: now.advanced(bySeconds: 139)) == nil)
        #expect(challenge(challenges, solution: solution(of: asked), at: now.advanced(bySeconds: 140)) != nil)
    }

    @Test func `a solution is for one request of one customer`() throws {
        let challenges = strict()
        let solved = solution(of: try #require(challenge(challenges)))
        for other in [
            ChallengeToken.Purpose(
                performanceID: PerformanceID(high: 9, low: 9), customerID: purpose.customerID, idempotencyKey: "key"),
            ChallengeToken.Purpose(
                performanceID: purpose.performanceID, customerID: CustomerID(high: 9, low: 9), idempotencyKey: "key"),
            ChallengeToken.Purpose(
                performanceID: purpose.performanceID, customerID: purpose.customerID, idempotencyKey: "other"),
        ] {
            #expect(challenge(challenges, other, solution: solved) != nil)
        }
    }

    @Test(arguments: [
        "", ":", ".", "...", "0.0.0.", "0.0.99999999999999.00", "-1.0.99999999999999.00", "99.0.0.ff:1",
        "0.99999999999999999999.0.0", String(repeating: "1.", count: 200),
    ])
    func `what nobody signed lets nobody through`(forged: String) {
        #expect(challenge(strict(), solution: forged) != nil)
    }

    @Test func `less work than was asked for, by a token made easier, is no work`() throws {
        let challenges = strict()
        let asked = try #require(challenge(challenges))
        let parts = asked.token.split(separator: ".")
        #expect(challenge(challenges, solution: "0.\(parts[1...].joined(separator: ".")):1") != nil)
        #expect(challenge(challenges, solution: "0\(asked.token):1") != nil, "one token has one text")
        #expect(challenge(challenges, solution: "\(asked.token.uppercased()):1") != nil)
    }

    @Test func `a challenge outlives a change of keys`() throws {
        let (old, new) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let solved = solution(of: try #require(challenge(strict(secrets: [old]))))
        #expect(challenge(strict(secrets: [new, old]), solution: solved) == nil)
        #expect(challenge(strict(secrets: [new]), solution: solved) != nil)
    }

    @Test func `the work doubles with the load, and has an end`() {
        var settings = ChallengeSettings()
        #expect(settings.bits(at: 1e9) == nil, "off by default")
        settings.holdsPerSecond = 100
        settings.bitsMin = 10
        settings.bitsMax = 13
        #expect(settings.bits(at: 100) == nil)
        #expect(settings.bits(at: 101) == 10)
        #expect(settings.bits(at: 200) == 10)
        #expect(settings.bits(at: 201) == 11)
        #expect(settings.bits(at: 401) == 12)
        #expect(settings.bits(at: 1e9) == 13)
    }

    @Test func `the load is that of the last second`() {
        var meter = ArrivalMeter()
        let start = ContinuousClock.now
        for count in 1...5 { #expect(meter.arrive(at: start, since: start) == count) }
        #expect(meter.arrive(at: start + .milliseconds(950), since: start) == 6)
        #expect(meter.arrive(at: start + .milliseconds(1_000), since: start) == 2)
        #expect(meter.arrive(at: start + .milliseconds(1_950), since: start) == 2)
        #expect(meter.arrive(at: start + .seconds(60), since: start) == 1)
        #expect(meter.arrive(at: start, since: start) == 2, "a clock that was read earlier counts now")
    }
}
