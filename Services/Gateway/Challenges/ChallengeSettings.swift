/// When holds ask for a little work first, and for how much; each value with its default beside it.
struct ChallengeSettings: Sendable {
    /// Wishes for seats in a second at this gateway from which on they do; 0: never.
    var holdsPerSecond = 0
    /// Bits of work at that load: 2 to the power of it tries.
    var bitsMin = 14
    /// Bits of work at most, however many ask.
    var bitsMax = 20
    /// What takes the place of the work: a plain wait of so many seconds.
    var waitSeconds = 20
    /// How long a challenge is good after its wait.
    var lifetimeSeconds = 120

    /// The work at a load: with each doubling of it twice as much; nil while none is asked for.
    func bits(at holdsEachSecond: Double) -> Int? {
        guard holdsPerSecond > 0, holdsEachSecond > Double(holdsPerSecond) else { return nil }
        var bits = bitsMin
        var load = holdsEachSecond / 2
        while load > Double(holdsPerSecond), bits < bitsMax {
            bits += 1
            load /= 2
        }
        return bits
    }
}
