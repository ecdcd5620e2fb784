import ActorTransport
import Contracts
import Logging
import Synchronization
import Telemetry
import Ticketing
import WaitingRoom
import Wire

/// The lines that this gateway follows: each from the first question for it until nobody has asked for a while.
final class FollowedLines: Sendable {
    /// Lines at most; more are refused as overloaded.
    static let linesMax = 256
    /// Performances whose line is being asked for, which may have none.
    static let openingsMax = 256
    static let interval = Duration.seconds(1)
    /// A line that nobody asked for is followed no longer.
    static let idleMax = Duration.seconds(600)
    /// Performances without a line that are remembered.
    private static let noLinesMax = 4_096

    private struct State {
        var lines: [PerformanceID: FollowedLine] = [:]
        var openings: [PerformanceID: Task<FollowedLine?, any Error>] = [:]
        var noLines: [PerformanceID: ContinuousClock.Instant] = [:]
    }

    let gateway: GatewayName
    private let actors: ContractActors
    /// How the first question for a line is asked, which may be for one that does not exist.
    private let questions: SharedQuestions
    private let noLineFor: Duration
    private let logger: Logger
    private let state = Mutex(State())

    /// `noLineFor`: how long it is believed that a performance has no line.
    init(
        actors: ContractActors, questions: SharedQuestions, gateway: GatewayName, noLineFor: Duration = .seconds(1),
        logger: Logger
    ) {
        self.actors = actors
        self.questions = questions
        self.gateway = gateway
        self.noLineFor = noLineFor
        self.logger = logger
    }

    /// The line of a performance, asked for when it is not followed; nil when the performance never had one.
    func line(of performance: PerformanceID) async throws -> FollowedLine? {
        let found = state.withLock { state -> Found in
            if let line = state.lines[performance] { return .line(line) }
            if let at = state.noLines[performance], .now - at < noLineFor { return .line(nil) }
            if let opening = state.openings[performance] { return .opening(opening) }
            guard state.openings.count < Self.openingsMax else { return .full }
            let opening = Task { try await self.open(performance) }
            state.openings[performance] = opening
            return .opening(opening)
        }
        switch found {
        case .line(let line): return line
        case .opening(let opening): return try await opening.value
        case .full: throw EdgeRefusal(.overloaded)
        }
    }

    /// Whether a performance's line is known already.
    func isFollowed(_ performance: PerformanceID) -> Bool { state.withLock { $0.lines[performance] != nil } }

    /// How many customers ask here for their place.
    var askers: Int { state.withLock { Array($0.lines.values) }.reduce(0) { $0 + $1.askersHere } }

    /// Follows all lines, once a second each, until it is cancelled.
    func run() async {
        Telemetry.metrics.gauge("waiting_customers") { [self] in Double(askers) }
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for line in due(at: .now) where line.beginFollowing() {
                    group.addTask { [logger] in
                        do {
                            try await line.follow(isWatched: true)
                        } catch {
                            logger.debug(
                                "a line could not be followed",
                                metadata: ["performance": "\(line.performance)", "error": "\(error)"])
                        }
                    }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    // MARK: Parts

    private enum Found {
        case line(FollowedLine?)
        case opening(Task<FollowedLine?, any Error>)
        case full
    }

    private func open(_ performance: PerformanceID) async throws -> FollowedLine? {
        defer { state.withLock { $0.openings[performance] = nil } }
        // Anybody may ask for any performance: only a line that is there matters as much as ``FollowedLine/priority`` says.
        let context = CallContext(
            deadline: .now + FollowedLine.followMax, priority: questions.priority, isMeeting: true)
        let answer = try await CallContext.$current.withValue(context) {
            try await questions.ask {
                try await actors.waitingRoom(performance)
                    .follow(LineQuestion(performanceId: performance, gatewayId: gateway.id))
            }
        }
        guard case .line(let standing, let steps) = answer else {
            state.withLock { state in
                if state.noLines.count >= Self.noLinesMax { state.noLines = [:] }
                state.noLines[performance] = .now
            }
            return nil
        }
        let line = FollowedLine(
            standing, steps: steps, of: performance, heardAt: .now, actors: actors, gateway: gateway,
            refusals: { [questions] in questions.urgentRefusals })
        // The order of the list is asked for before anybody is told a place.
        if line.beginFollowing() { try await line.follow() }
        let isKept = state.withLock { state in
            guard makeRoom(&state) else { return false }
            state.lines[performance] = line
            return true
        }
        guard isKept else { throw EdgeRefusal(.overloaded) }
        return line
    }

    /// Lets go of lines that nobody asks for.
    private func due(at now: ContinuousClock.Instant) -> [FollowedLine] {
        state.withLock { state in
            state.lines = state.lines.filter { now - $0.value.usedAt < Self.idleMax }
            return Array(state.lines.values)
        }
    }

    /// Whether one more line can be followed.
    private func makeRoom(_ state: inout State) -> Bool {
        guard state.lines.count >= Self.linesMax else { return true }
        let idle = state.lines.min { $0.value.usedAt < $1.value.usedAt }
        guard let idle, idle.value.askersHere == 0 else { return false }
        state.lines[idle.key] = nil
        return true
    }
}
