import DequeModule
import Metrics
public import Postgres
public import Ticketing
import Wire

/// The one way into waiting rooms: wishes of many customers, run in batches, one in flight for each performance.
///
/// What arrives while a batch runs joins the next, in the order of arrival; who asks twice at once is asked for once.
/// The database decides and numbers. It lives on the pool's loop, so that a batch costs no hop between threads.
public actor WaitingRoomDoor {
    /// Limits, each with its default beside it.
    public struct Settings: Sendable {
        /// Wishes in one batch.
        public var batchItemsMax = 512
        /// Wishes that wait for one performance; more are refused as overloaded.
        public var queueLengthMax = 16_384
        /// How long a batch may take.
        public var batchMilliseconds = 8_000

        public init() {}
    }

    private typealias Answer = Result<EntryOutcome, DoorFailure>

    private final class Wish {
        let item: EntryItem
        var deadline: ContinuousClock.Instant?
        var callers: [CheckedContinuation<Answer, Never>]

        init(item: EntryItem, deadline: ContinuousClock.Instant?, caller: CheckedContinuation<Answer, Never>) {
            self.item = item
            self.deadline = deadline
            callers = [caller]
        }
    }

    /// One performance's wishes; lives as long as its batches run.
    private final class Queue {
        var waiting: Deque<Wish> = []
        // Waiting, not under way: who comes while the own wish is under way is asked for again.
        var byItem: [EntryItem: Wish] = [:]
    }

    private static let enter = StatementLibrary.statement("waiting_room_enter")
    private static let entered = Counter(label: "waiting_room_entries_total")

    private let pool: PostgresPool
    private let settings: Settings
    private var queues: [PerformanceID: Queue] = [:]

    public nonisolated var unownedExecutor: UnownedSerialExecutor { pool.loop.asUnownedSerialExecutor() }

    public init(pool: PostgresPool, settings: Settings = Settings()) {
        precondition(settings.batchItemsMax > 0 && settings.queueLengthMax > 0, "a door that lets nobody in")
        self.pool = pool
        self.settings = settings
    }

    /// Asks for a place, and waits for the outcome; repeatable. A wish whose deadline passes before its batch begins is
    /// not asked for.
    public func submit(
        _ item: EntryItem, in performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(DoorFailure) -> EntryOutcome {
        // The queue is looked for inside: between here and there the actor may be given to others, and a queue end.
        let answer = await withCheckedContinuation { (caller: CheckedContinuation<Answer, Never>) in
            let queue = queue(of: performance)
            if let earlier = queue.byItem[item] {
                earlier.callers.append(caller)
                // The one who can wait longer decides.
                earlier.deadline = earlier.deadline.flatMap { mine in deadline.map { max(mine, $0) } }
                return
            }
            guard queue.waiting.count < settings.queueLengthMax else {
                caller.resume(returning: .failure(.overloaded))
                return
            }
            let wish = Wish(item: item, deadline: deadline, caller: caller)
            queue.byItem[item] = wish
            queue.waiting.append(wish)
        }
        return try answer.get()
    }

    /// How many wishes wait for the performance's next batch.
    public func queueLength(of performance: PerformanceID) -> Int { queues[performance]?.waiting.count ?? 0 }

    private func queue(of performance: PerformanceID) -> Queue {
        if let queue = queues[performance] { return queue }
        let queue = Queue()
        queues[performance] = queue
        Task { await serve(queue, performance) }
        return queue
    }

    private func serve(_ queue: Queue, _ performance: PerformanceID) async {
        while !queue.waiting.isEmpty {
            let batch = take(of: queue, now: .now)
            if !batch.isEmpty { await run(batch, performance) }
        }
        queues[performance] = nil
    }

    private func take(of queue: Queue, now: ContinuousClock.Instant) -> [Wish] {
        var batch: [Wish] = []
        while batch.count < settings.batchItemsMax, let wish = queue.waiting.popFirst() {
            queue.byItem[wish.item] = nil
            if let deadline = wish.deadline, deadline <= now {
                finish(wish, .failure(.deadlineExceeded))
            } else {
                batch.append(wish)
            }
        }
        return batch
    }

    private func run(_ batch: [Wish], _ performance: PerformanceID) async {
        do throws(PostgresFailure) {
            let time = Timestamp.now
            let values: [any PostgresEncodable] = [
                performance, batch.map { _ in EntryID(at: time) }, batch.map(\.item.customerID), batch.map(\.item.turn),
            ]
            let deadline = ContinuousClock.now + .milliseconds(settings.batchMilliseconds)
            let rows = try await pool.execute(Self.enter, values, deadline: deadline)
            guard rows.count == batch.count else {
                throw .unexpectedValue("\(rows.count) rows for a batch of \(batch.count)")
            }
            var outcomes: [EntryOutcome] = []
            for row in rows { outcomes.append(try EntryOutcome(row)) }
            for (wish, outcome) in zip(batch, outcomes) {
                if case .entered = outcome { Self.entered.increment() }
                finish(wish, .success(outcome))
            }
        } catch {
            for wish in batch { finish(wish, .failure(DoorFailure(error))) }
        }
    }

    /// Only the first of several callers made the place.
    private func finish(_ wish: Wish, _ answer: Answer) {
        for (place, caller) in wish.callers.enumerated() {
            if place > 0, case .success(.entered(let standing)) = answer {
                caller.resume(returning: .success(.known(standing)))
            } else {
                caller.resume(returning: answer)
            }
        }
        wish.callers = []
    }
}

extension EntryOutcome {
    private enum Word: String {
        case entered, known, full
        case noPlace = "no_place"
        case noRoom = "no_room"
        case saleEnded = "sale_ended"
    }

    /// A row of waiting_room_enter.
    init(_ row: PostgresRow) throws(PostgresFailure) {
        switch try row.word(Word.self, at: 1) {
        case .entered: self = .entered(try Self.standing(row))
        case .known: self = .known(try Self.standing(row))
        case .noPlace: self = .noPlace
        case .noRoom: self = .noRoom
        case .saleEnded: self = .saleEnded
        case .full: self = .full
        }
    }

    private static func standing(_ row: PostgresRow) throws(PostgresFailure) -> EntryStanding {
        EntryStanding(
            entryId: try row.decode(at: 2), number: try row.decode(at: 3), turn: try row.decode(at: 4),
            enteredAt: try row.decode(at: 5))
    }
}
