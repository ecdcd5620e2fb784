import HTTP2
import Testing

@testable import ActorTransport

/// Who may call: `{key id}.{service}.{seconds}.{HMAC}`.
struct CredentialTests {
    private static let old = ServiceKeys.Key(id: "old", secret: [UInt8](repeating: 1, count: 32))
    private static let new = ServiceKeys.Key(id: "new", secret: [UInt8](repeating: 2, count: 32))
    private static let second: Int64 = 1_795_248_000

    private func credential(_ keys: ServiceKeys.Key...) -> ServiceCredential {
        ServiceCredential(service: "gateway", keys: ServiceKeys(keys))
    }

    @Test(arguments: [-299, -1, 0, 1, 299])
    func `counts for five minutes around its second`(offset: Int64) {
        let text = credential(Self.old).current(atSecond: Self.second)
        #expect(credential(Self.old).isValid(text, atSecond: Self.second + offset))
    }

    @Test(arguments: [-300, 300, 86_400, -86_400])
    func `does not count outside of them`(offset: Int64) {
        let text = credential(Self.old).current(atSecond: Self.second)
        #expect(!credential(Self.old).isValid(text, atSecond: Self.second + offset))
    }

    @Test func `one that was found good is not good for longer`() {
        let text = credential(Self.old).current(atSecond: Self.second)
        let checker = credential(Self.old)
        #expect(checker.isValid(text, atSecond: Self.second + 299))
        #expect(!checker.isValid(text, atSecond: Self.second + 300))
    }

    @Test func `no byte of it can be changed`() {
        let checker = credential(Self.old)
        let text = Array(checker.current(atSecond: Self.second).utf8)
        for position in text.indices {
            for bit in [UInt8(1), 2, 4, 8] {
                var forged = text
                forged[position] ^= bit
                let forgery = String(decoding: forged, as: UTF8.self)
                #expect(!checker.isValid(forgery, atSecond: Self.second), "\(forgery)")
            }
        }
        #expect(!checker.isValid(String(decoding: text.dropLast(2), as: UTF8.self), atSecond: Self.second))
    }

    @Test(
        arguments: [
            "", ".", "...", "old", "old.gateway.1795248000", "old.gateway.1795248000.", "old.gateway..00",
            "old.gateway.9223372036854775807.00", "old.gateway.-9223372036854775808.00",
            "old.gateway.-9223372036854775807.00", "old.gateway.99999999999999999999.00", "old.gateway.x.00",
        ])
    func `nothing else counts, and nothing else harms`(text: String) {
        #expect(!credential(Self.old).isValid(text, atSecond: Self.second))
    }

    @Test func `while keys are rotated, what either signed counts`() {
        let both = credential(Self.new, Self.old)
        #expect(both.isValid(credential(Self.old).current(atSecond: Self.second), atSecond: Self.second))
        #expect(both.isValid(credential(Self.new).current(atSecond: Self.second), atSecond: Self.second))
        #expect(both.current(atSecond: Self.second).hasPrefix("new."))
        #expect(!credential(Self.new).isValid(both.current(atSecond: Self.second) + "0", atSecond: Self.second))
        #expect(
            !credential(Self.new).isValid(
                credential(Self.old).current(atSecond: Self.second), atSecond: Self.second))
    }

    @Test func `a key of the same name and another secret does not count`() {
        let stranger = ServiceKeys.Key(id: "old", secret: [UInt8](repeating: 9, count: 32))
        let text = credential(stranger).current(atSecond: Self.second)
        #expect(!credential(Self.old).isValid(text, atSecond: Self.second))
    }

    @Test func `is made anew each minute, and when the clock was set back`() {
        let maker = credential(Self.old)
        let first = maker.current(atSecond: Self.second)
        #expect(maker.current(atSecond: Self.second + 59) == first)
        #expect(maker.current(atSecond: Self.second + 60) != first)
        #expect(maker.current(atSecond: Self.second) == first)
    }

    @Test func `a call without, with a wrong or with an expired one reaches nobody`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let good = ServiceCredential(service: "tester", keys: Street.keys)
            let stranger = ServiceCredential(
                service: "tester", keys: ServiceKeys([.init(id: "test", secret: [UInt8](repeating: 8, count: 32))]))
            let expired = ServiceCredential(service: "tester", keys: Street.keys).current(
                atSecond: unixSecond() - ServiceCredential.lifetimeSeconds)
            for credential in [nil, "", "test", stranger.current(), expired, good.current() + "0"] {
                let answer = try await street.post("/actors/shelf/one/take", to: endpoint, credential: credential)
                #expect(answer.status == 401, "\(credential ?? "none")")
                #expect(answer.failure?.code == .unauthorized)
            }
            // What exists here is not told either.
            let elsewhere = try await street.post("/actors/attic/one/take", to: endpoint, credential: nil)
            #expect(elsewhere.failure?.code == .unauthorized)
            #expect(visits.all.isEmpty)
            let answer = try await street.post("/actors/shelf/one/take", to: endpoint, credential: good.current())
            #expect(answer.status == 200)
            #expect(visits.all.count == 1)
        }
    }

    @Test func `a caller under other keys is told so, and its call is made once`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let stranger = ServiceKeys([.init(id: "other", secret: [UInt8](repeating: 8, count: 32))])
            let system = street.system(ReplicaDirectory([endpoint]), keys: stranger)
            let failure = await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            #expect(failure?.code == .unauthorized)
            #expect(visits.all.isEmpty)
        }
    }
}
