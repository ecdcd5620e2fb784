import HTTP2

/// The replicas of one service, how they did lately and how busy they are, as a value.
struct ReplicaRoster {
    let settings: DirectorySettings
    private(set) var replicas: [Endpoint] = []
    private var names: [String] = []
    private var standings: [ReplicaStanding] = []

    init(settings: DirectorySettings = DirectorySettings()) {
        self.settings = settings
    }

    /// The list changed; who stays keeps its standing.
    mutating func replace(by list: [Endpoint]) {
        standings = list.map { replica in position(of: replica).map { standings[$0] } ?? ReplicaStanding() }
        replicas = list
        names = list.map(\.description)
    }

    // MARK: Whom to ask

    /// All replicas, the one to be asked first in front: by rendezvous hash of the name, but who has more than its
    /// share of the calls in flight stands behind those who have less (unless the calls are to meet), and who rests at
    /// the end. Without those whom the hash puts first, `skips` of them: who that is does not depend on how they are.
    func ranking(
        for name: String, meeting: Bool = false, skipping skips: Int = 0, at now: ContinuousClock.Instant
    ) -> [Endpoint] {
        guard replicas.count > 1 else { return Array(replicas.dropFirst(skips)) }
        let ranked = Array(RendezvousHash.ranking(of: name, among: names).dropFirst(skips))
        let awake = ranked.filter { !standings[$0].isToBeSpared(at: now) }
        let bound = meeting ? .max : bound(among: awake)
        if awake.count == ranked.count, awake.allSatisfy({ standings[$0].inFlight < bound }) {
            return ranked.map { replicas[$0] }
        }
        let order =
            awake.filter { standings[$0].inFlight < bound } + awake.filter { standings[$0].inFlight >= bound }
            + (awake.count == ranked.count ? [] : ranked.filter { standings[$0].isToBeSpared(at: now) })
        return order.map { replicas[$0] }
    }

    /// Calls in flight with which a replica has enough.
    private func bound(among awake: [Int]) -> Int {
        let all = awake.reduce(0) { $0 + standings[$1].inFlight }
        let share = Double(all + 1) / Double(max(1, awake.count))
        return max(settings.inFlightFloor, Int((share * settings.loadFactor).rounded(.up)))
    }

    // MARK: What happened

    mutating func callBegan(_ replica: Endpoint) {
        if let position = position(of: replica) { standings[position].callBegan() }
    }

    mutating func callEnded(_ replica: Endpoint) {
        if let position = position(of: replica) { standings[position].callEnded() }
    }

    mutating func answered(_ replica: Endpoint, at now: ContinuousClock.Instant) {
        if let position = position(of: replica) { standings[position].answered(at: now) }
    }

    /// Notes a fault; the time for which the replica is ejected because of it, nil when it is not: it rests already,
    /// once may be chance, or half of the replicas rest.
    mutating func failed(
        _ replica: Endpoint, _ fault: ReplicaFault, at now: ContinuousClock.Instant, jitter: Double
    ) -> Duration? {
        guard let position = position(of: replica), !standings[position].isResting(at: now),
            standings[position].noteFault(fault, settings: settings)
        else { return nil }
        guard standings.count(where: { $0.isResting(at: now) }) < replicas.count / 2 else { return nil }
        return standings[position].rest(at: now, settings: settings, jitter: jitter)
    }

    private func position(of replica: Endpoint) -> Int? {
        replicas.firstIndex(of: replica)
    }
}
