import Testing

@testable import Gateway

/// Whom a loop that is late refuses for it.
struct LateSpellTests {
    private let start = ContinuousClock.now

    private func milliseconds(_ count: Int) -> ContinuousClock.Instant { start + .milliseconds(count) }

    @Test func `a crowd that came at once is put up with, one that does not end for half a second`() {
        let spell = LateSpell()
        for at in stride(from: 0, through: 500, by: 50) { #expect(spell.tolerates(at: milliseconds(at))) }
        for at in stride(from: 501, through: 10_000, by: 499) { #expect(!spell.tolerates(at: milliseconds(at))) }
    }

    @Test func `a second without anybody late makes up for it, and less does not`() {
        let spell = LateSpell()
        #expect(spell.tolerates(at: milliseconds(0)))
        #expect(!spell.tolerates(at: milliseconds(999)))
        #expect(!spell.tolerates(at: milliseconds(1_998)))
        #expect(spell.tolerates(at: milliseconds(2_998)))
        #expect(spell.tolerates(at: milliseconds(3_498)))
        #expect(!spell.tolerates(at: milliseconds(3_499)))
    }
}
