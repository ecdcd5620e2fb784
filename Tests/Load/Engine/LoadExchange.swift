import LoadModel
import Synchronization

/// What a thread of a run and everybody else tell each other.
final class LoadExchange: Sendable {
    private struct State {
        var connections: Int?
        var beginsAt: Int64?
        var isStopped = false
        /// The newest second that is over.
        var second: Int?
        var last = SecondTally()
        var journeys = 0
        var goals: Int64 = 0
        var strange: Int64 = 0
        var lost: Int64 = 0
        var marks: [MapLagBook.Mark] = []
        var tally: LoadTally?
        var waiting: CheckedContinuation<LoadTally, Never>?
    }

    /// What is known of a thread's newest second.
    struct News {
        let second: Int
        let tally: SecondTally
        let journeys: Int
        let goals: Int64
        let strange: Int64
        let lost: Int64
    }

    private let state = Mutex(State())

    // MARK: From the thread

    func connected(_ connections: Int) { state.withLock { $0.connections = connections } }

    var beginsAt: Int64? { state.withLock { $0.beginsAt } }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func tell(second: Int, _ tally: SecondTally, journeys: Int, marks: [MapLagBook.Mark]) {
        state.withLock { state in
            state.second = second
            state.last = tally
            state.journeys = journeys
            state.goals += tally.goals
            state.strange += tally.strange
            state.lost += tally.lost
            state.marks += marks
        }
    }

    func end(_ tally: LoadTally) {
        let waiting = state.withLock { state in
            state.tally = tally
            state.connections = state.connections ?? 0
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: tally)
    }

    // MARK: From everybody else

    /// Connections that could be had; nil while they are tried.
    var connections: Int? { state.withLock { $0.connections } }

    func begin(at time: Int64) { state.withLock { $0.beginsAt = time } }

    func stop() { state.withLock { $0.isStopped = true } }

    var isOver: Bool { state.withLock { $0.tally != nil } }

    var news: News? {
        state.withLock { state in
            state.second.map {
                News(
                    second: $0, tally: state.last, journeys: state.journeys, goals: state.goals,
                    strange: state.strange, lost: state.lost)
            }
        }
    }

    func takeMarks() -> [MapLagBook.Mark] {
        state.withLock { state in
            defer { state.marks = [] }
            return state.marks
        }
    }

    /// Waits for the end; one waits.
    func tally() async -> LoadTally {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.tally == nil { state.waiting = continuation }
                return state.tally
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
