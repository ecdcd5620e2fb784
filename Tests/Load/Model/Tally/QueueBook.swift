public import Ticketing

/// Everybody who wanted a place in the queue: when they came, what they were told, when their turn was.
public struct QueueBook: Sendable, Equatable {
    /// Somebody in the queue; instants are nanoseconds of the run.
    struct Entrant: Equatable {
        let askedAt: Int64
        var answeredAt: Int64?
        /// Had a place before the opening.
        var isEarly = false
        var entryID: QueuePlace.EntryID?
        /// The first that was told after the opening.
        var position: Int?
        var estimateSeconds: Double?
        var estimateToldAt: Int64 = 0
        var admittedAt: Int64?
        /// By the services' own clock: in microseconds since 1970.
        var admittedUntil: Int64?
    }

    private var entrants: [Entrant] = []
    private var places: [UInt64: Int] = [:]

    /// Nobody.
    public init() {}

    /// Asks for a place, for the first time.
    public mutating func asked(_ serial: UInt64, at now: Int64) {
        guard places[serial] == nil else { return }
        places[serial] = entrants.count
        entrants.append(Entrant(askedAt: now))
    }

    /// Was told how it stands.
    /// - Parameter openedAt: when the sale opened, or opens.
    public mutating func told(_ serial: UInt64, _ place: QueuePlace, at now: Int64, openedAt: Int64) {
        guard let number = places[serial] else { return }
        entrants[number].entryID = place.entryID ?? entrants[number].entryID
        if entrants[number].answeredAt == nil {
            entrants[number].answeredAt = now
            entrants[number].isEarly = now < openedAt
        }
        if place.admission != nil, entrants[number].admittedAt == nil {
            entrants[number].admittedAt = now
            entrants[number].admittedUntil = place.admittedUntil?.unixMicroseconds
        }
        guard now >= openedAt else { return }
        if entrants[number].position == nil { entrants[number].position = place.position }
        // Before the rank is known an estimate is about anybody: half of the line, give or take half of it.
        if entrants[number].estimateSeconds == nil, place.position != nil, let seconds = place.waitSeconds {
            entrants[number].estimateSeconds = seconds
            entrants[number].estimateToldAt = now
        }
    }

    /// Adds another thread's. No two of them have a serial in common.
    public mutating func merge(_ other: QueueBook) {
        for (serial, number) in other.places {
            precondition(places[serial] == nil, "two threads had the same journey")
            places[serial] = entrants.count
            entrants.append(other.entrants[number])
        }
    }

    /// Takes the ranking that was published for what it is: what people were told later is nearer to the front by those
    /// who were called meanwhile.
    public mutating func rank(by ranking: [QueuePlace.EntryID: Int]) {
        for number in entrants.indices {
            guard let rank = entrants[number].entryID.flatMap({ ranking[$0] }) else { continue }
            entrants[number].position = rank
            entrants[number].isEarly = true
        }
    }

    // MARK: What it comes to

    /// How many wanted a place.
    public var count: Int { entrants.count }

    /// How many have one.
    public var placed: Int { entrants.count { $0.answeredAt != nil } }

    /// How many had their turn.
    public var admitted: Int { entrants.count { $0.admittedAt != nil } }

    /// Spearman's correlation of the order of arrival and the rank, of those who came before the opening: about 0 where
    /// it did not matter when they came. Nil for fewer than three.
    public var rankCorrelation: Double? {
        let early = entrants.filter { $0.isEarly && $0.position != nil }
        guard early.count >= 3 else { return nil }
        return RankCorrelation.spearman(early.map { Double($0.askedAt) }, early.map { Double($0.position ?? 0) })
    }

    /// Of those who came after the opening, how many had their turn before somebody whose place had been confirmed
    /// before they asked for theirs.
    public var inversions: Int {
        let late = entrants.filter { !$0.isEarly && $0.admittedUntil != nil && $0.answeredAt != nil }
        let byAsking = late.sorted { $0.askedAt < $1.askedAt }
        let byAnswer = late.sorted { ($0.answeredAt ?? 0) < ($1.answeredAt ?? 0) }
        var latest = Int64.min
        var next = 0
        return byAsking.count { entrant in
            while next < byAnswer.count, (byAnswer[next].answeredAt ?? 0) < entrant.askedAt {
                latest = max(latest, byAnswer[next].admittedUntil ?? .min)
                next += 1
            }
            return latest > (entrant.admittedUntil ?? .max)
        }
    }

    /// How far the first estimates after the opening were off, each as a share of the real wait; ascending.
    public var estimateErrors: [Double] {
        entrants.compactMap { entrant in
            guard let estimate = entrant.estimateSeconds, let admitted = entrant.admittedAt else { return nil }
            let wait = Double(admitted - entrant.estimateToldAt) / 1_000_000_000
            return abs(estimate - wait) / max(wait, 1)
        }.sorted()
    }

    /// How long those who had their turn waited, in seconds, ascending.
    public var waits: [Double] {
        entrants.compactMap { entrant in
            entrant.admittedAt.map { Double($0 - entrant.askedAt) / 1_000_000_000 }
        }.sorted()
    }
}
