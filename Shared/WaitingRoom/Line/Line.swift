public import Ticketing
public import Wire

/// A performance's line as a process follows it: enough to tell anybody where they stand, without asking anybody.
public struct Line: Sendable {
    /// Where it stands, as it was last read.
    public private(set) var standing: LineStanding
    /// Who was called when.
    public private(set) var history = FrontHistory()
    /// The order of the list, once it is known.
    public private(set) var ranking: Ranking?

    /// A line as it was first read.
    public init(_ standing: LineStanding, steps: [LineStep]) {
        self.standing = standing
        follow(standing, steps: steps)
    }

    /// It was read again. An older reading changes nothing: what was called stays called, unless the ledger itself was
    /// put back to an earlier state.
    public mutating func follow(_ newer: LineStanding, steps: [LineStep]) {
        if newer.readAt >= standing.readAt {
            history.rewind(to: newer.front)
            if let hash = standing.published.listHash, newer.published.listHash != hash { ranking = nil }
            standing = newer
        }
        history.append(steps)
        // The organizer may make admissions longer at any time: for those who were called already as well.
        let longest = WaitingRoomSettingsRequest.admissionSecondsBounds.upperBound
        history.forget(upTo: newer.readAt.advanced(bySeconds: -Int64(longest)))
    }

    /// The list was ranked.
    public mutating func use(_ ranking: Ranking) {
        self.ranking = ranking
    }

    /// Whether the line moves but the order of its list is not known here.
    public var needsRanking: Bool {
        guard let count = standing.published.listedCount else { return false }
        return standing.published.state == .open && ranking == nil && count > 0
    }

    /// How many wait.
    public var waitingCount: Int64 { max(0, standing.entryCount - history.front) }

    /// The position of an entry; nil while it is not known.
    public func position(of number: Int64) -> Int64? {
        guard standing.published.state == .open, let listedCount = standing.published.listedCount else { return nil }
        if number > listedCount { return number }
        guard let ranking, number <= ranking.count else { return nil }
        return ranking.position(of: number)
    }

    /// Which entry stands at a position; nil while it is not known.
    public func number(at position: Int64) -> Int64? {
        guard let listedCount = standing.published.listedCount else { return nil }
        if position > listedCount { return position }
        guard let ranking, position <= ranking.count else { return nil }
        return ranking.number(at: position)
    }

    /// Where an entry stands at an instant.
    public func place(of number: Int64, at now: Timestamp) -> Place {
        guard let position = position(of: number) else { return .gathering }
        switch history.call(of: position) {
        case .notYet: return .waiting(position: position - history.front, ahead: position - history.front - 1)
        case .longAgo: return .expired
        case .at(let calledAt):
            let until = calledAt.advanced(bySeconds: Int64(standing.admissionSeconds))
            return now < until ? .admitted(calledAt: calledAt, until: until) : .expired
        }
    }
}
