/// The messages on their way: each one to five times, in any order, some of them a week late.
struct ChaosPost {
    private(set) var soon: [ChaosMessage] = []
    private(set) var late: [ChaosMessage] = []

    /// Takes messages in, and draws how often and when each comes.
    mutating func add(_ messages: [ChaosMessage], using random: inout ChaosRandom) {
        for message in messages {
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                if random.isOne(in: 4) { late.append(message) } else { soon.append(message) }
            }
        }
    }

    /// Takes messages in that all come late.
    mutating func delay(_ messages: [ChaosMessage]) {
        late += messages
    }

    /// Any of those that come soon.
    mutating func next(using random: inout ChaosRandom) -> ChaosMessage? {
        soon.indices.randomElement(using: &random).map { soon.remove(at: $0) }
    }
}
