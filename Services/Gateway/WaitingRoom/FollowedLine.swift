import ActorTransport
import Contracts
import Shedding
import Synchronization
import Ticketing
import WaitingRoom
import Wire

/// One performance's line as this gateway follows it. Places are answered from here; nobody else is asked.
final class FollowedLine: Sendable {
    /// How long a question for the line may take.
    static let followMax = Duration.seconds(2)
    /// How long telling the next one may take.
    static let watchMax = Duration.milliseconds(900)
    /// One question a second in the name of all who wait: while it is refused nobody is called and nobody is seen.
    static let priority = RequestPriority.pay

    private struct State {
        var line: Line
        var clock: RemoteClock
        var marks = PresenceMarks()
        var usedAt: ContinuousClock.Instant
        var isFollowing = false
        /// Whether the line's home did not answer: then the next one is asked, and the home is told.
        var isHomeSilent = false
        /// Of all refusals those that were told.
        var refusalsTold: Int
    }

    let performance: PerformanceID
    private let actors: ContractActors
    private let gateway: GatewayName
    private let refusals: @Sendable () -> Int
    private let state: Mutex<State>
    private let askers = Mutex(0)

    /// A line as it was first read. `refusals`: how many holds and payments this gateway refused for want of room, since
    /// its beginning.
    init(
        _ standing: LineStanding, steps: [LineStep], of performance: PerformanceID, heardAt: ContinuousClock.Instant,
        actors: ContractActors, gateway: GatewayName, refusals: @escaping @Sendable () -> Int
    ) {
        self.refusals = refusals
        self.performance = performance
        self.actors = actors
        self.gateway = gateway
        state = Mutex(
            State(
                line: Line(standing, steps: steps), clock: RemoteClock(showing: standing.readAt, at: heardAt),
                usedAt: heardAt, refusalsTold: refusals()))
    }

    // MARK: For those who wait

    /// The line at this instant, and the ledger's time.
    func view() -> (line: Line, now: Timestamp) {
        state.withLock { state in
            state.usedAt = .now
            return (state.line, state.clock.time(at: .now))
        }
    }

    /// Where an entry stands, whose customer was seen by that.
    func see(_ number: Int64) -> PlaceView {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.usedAt = now
            state.marks.see(number, at: gateway.second(at: now))
            let time = state.clock.time(at: now)
            return PlaceView(
                place: state.line.place(of: number, at: time), waitingCount: state.line.waitingCount,
                forecast: state.line.standing.forecast, opensAt: state.line.standing.published.opensAt, now: time)
        }
    }

    /// Whether an entry waits no more, so that its customer wants to hear of it at once.
    func isCalled(_ number: Int64) -> Bool {
        state.withLock { state in
            state.line.position(of: number).map { $0 <= state.line.history.front } ?? false
        }
    }

    /// Whether an entry's turn is over.
    func isOver(_ number: Int64) -> Bool {
        state.withLock { $0.line.place(of: number, at: $0.clock.time(at: .now)) == .expired }
    }

    /// Whether there is a waiting room at the moment.
    var isOn: Bool { state.withLock { $0.line.standing.isOn } }

    /// How many ask here.
    var askersHere: Int { askers.withLock { $0 } }

    /// When somebody asked last.
    var usedAt: ContinuousClock.Instant { state.withLock { $0.usedAt } }

    // MARK: Following

    /// Asks where the line stands, and tells whom it has seen; false where a question is under way already.
    func beginFollowing() -> Bool {
        state.withLock { state in
            guard !state.isFollowing else { return false }
            state.isFollowing = true
            return true
        }
    }

    /// The question that was begun. What goes wrong leaves the line as it is known. `isWatched`: the replica that would
    /// be asked next is told as well.
    func follow(isWatched: Bool = false) async throws {
        defer { state.withLock { $0.isFollowing = false } }
        let question = self.question()
        let isHomeSilent = state.withLock { $0.isHomeSilent }
        async let isTold = isWatched ? tell(question, skipping: isHomeSilent ? 0 : 1) : false
        do {
            try await ask(question, skipping: isHomeSilent ? 1 : 0)
        } catch {
            _ = await isTold
            state.withLock { $0.isHomeSilent = isWatched && !isHomeSilent }
            throw error
        }
        if await isTold { state.withLock { $0.isHomeSilent = false } }
    }

    private func context(_ patience: Duration, skipping count: Int) -> CallContext {
        CallContext(deadline: .now + patience, priority: Self.priority, isMeeting: true, skips: count)
    }

    /// Whether it was heard; where there is nobody else nobody hears it.
    private func tell(_ question: LineQuestion, skipping count: Int) async -> Bool {
        await CallContext.$current.withValue(context(Self.watchMax, skipping: count)) {
            (try? await actors.waitingRoom(performance).watch(question)) != nil
        }
    }

    private func ask(_ question: LineQuestion, skipping count: Int) async throws {
        try await CallContext.$current.withValue(context(Self.followMax, skipping: count)) {
            let room = try actors.waitingRoom(performance)
            guard case .line(let standing, let steps) = try await room.follow(question) else { return }
            let needsRanking = state.withLock { state in
                state.line.follow(standing, steps: steps)
                // A reading that took long shows an earlier time than what was known goes on to: so does each one while
                // the ledger is away.
                state.clock.advance(to: state.line.standing.readAt, at: .now)
                return state.line.needsRanking
            }
            if needsRanking { try await rank(room) }
        }
    }

    private func question() -> LineQuestion {
        let now = ContinuousClock.now
        let seen = gateway.secondsSeen(at: now)
        let refusals = refusals()
        let (line, bits, refused) = state.withLock { state in
            // Behind the list, whoever is called is of no interest any more.
            let front = state.line.history.front
            let listed = state.line.standing.published.listedCount ?? .max
            let first = front >= listed ? front + 1 : 1
            defer { state.refusalsTold = refusals }
            return (state.line, (state.marks.seen(after: seen, from: first), first), refusals - state.refusalsTold)
        }
        askers.withLock { $0 = bits.0.count }
        return LineQuestion(
            performanceId: performance, gatewayId: gateway.id, stepsAfter: line.history.last?.sequence ?? 0,
            presence: bits.0.report(from: bits.1, isWhole: gateway.isOldEnough(at: now)), refused: refused)
    }

    private func rank(_ room: $WaitingRoomContract) async throws {
        guard case .numbers(let text) = try await room.ranking(RankingQuestion(performanceId: performance)),
            let ranking = Ranking(packed: text)
        else { return }
        state.withLock { state in
            // Another list than the line's ranks nobody.
            guard Int64(ranking.count) == state.line.standing.published.listedCount else { return }
            state.line.use(ranking)
        }
    }
}
