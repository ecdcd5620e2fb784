import LoadModel

/// What one thread is to do.
struct LoadPlan: Sendable {
    let scenario: Scenario
    /// The rates of the phases.
    let stretches: [RateStretch]
    let target: LoadTarget
    let customers: CustomerTokens
    /// Whose turn it is: the same for all threads.
    let customerQueue: CustomerQueue
    /// Keeps the keys of different runs apart.
    let run: String
    /// Which thread it is, of how many.
    let thread: Int
    let threads: Int
    /// Whether holds are noted for the viewers' sake.
    let keepsMarks: Bool
    /// Whether the thread asks to run before all others.
    let isUrgent: Bool

    static let connectNanosecondsMax: Int64 = 5_000_000_000
    static let reopenNanoseconds: Int64 = 100_000_000

    /// Connections of this thread.
    var connections: Int { max(1, scenario.connections / threads) }

    /// When the last phase is over.
    var phasesEndAt: Int64 { Int64(stretches.reduce(0) { $0 + $1.seconds } * 1_000_000_000) }

    /// From when on nothing new is asked.
    var endsAt: Int64 { phasesEndAt + Int64(scenario.tailSeconds) * 1_000_000_000 }

    /// How long a hold lives, in nanoseconds and with what its end takes to be seen; nil where holds end otherwise, as
    /// somebody pays.
    var holdNanoseconds: Int64? {
        guard !scenario.people.contains(where: { $0.does.contains(.pay) }) else { return nil }
        return Int64(scenario.sale.holdSeconds + 1) * 1_000_000_000
    }

    /// The address that a connection comes from; any where there is only one.
    func source(of connection: Int) -> String? {
        guard scenario.sources > 1 else { return nil }
        return "127.0.0.\(1 + (connection * threads + thread) % scenario.sources)"
    }

    /// The phase of an instant; the one after the last for what comes later.
    func phase(at instant: Int64) -> Int {
        var end = 0.0
        let seconds = Double(instant) / 1_000_000_000
        for (place, stretch) in stretches.enumerated() {
            end += stretch.seconds
            if seconds < end { return place }
        }
        return stretches.count
    }
}
