public import Postgres
import SocketLoop
public import Ticketing

/// The one way to change seats: items of many callers, run in batches, one batch in flight for each performance.
///
/// What arrives while a batch runs joins the next of its kind; a round has one batch of each kind. The database decides
/// everything; this only gathers. A batch's callers hear of it while the next one runs. It lives on the pool's loop, so
/// that a batch costs no hop between threads.
public actor PerformanceDoor {
    private let pool: PostgresPool
    private let settings: DoorSettings
    private let onBatch: @Sendable (DoorReading) -> Void
    private var queues: [PerformanceID: DoorQueue] = [:]
    // What was seen of the load of performances whose queues ended for lack of items, for when the next one comes.
    private var restingGatherings: [PerformanceID: DoorGathering] = [:]
    private static let restingGatheringsMax = 256

    public nonisolated var unownedExecutor: UnownedSerialExecutor { pool.loop.asUnownedSerialExecutor() }

    /// `onBatch` is called after each commit and before the batch's callers get their outcomes, in the batches' order,
    /// on the pool's loop: it must not block.
    public init(
        pool: PostgresPool, settings: DoorSettings = DoorSettings(),
        onBatch: @escaping @Sendable (DoorReading) -> Void = { _ in }
    ) {
        precondition(settings.batchItemsMax > 0 && settings.queueLengthMax > 0, "a door that lets nothing through")
        self.pool = pool
        self.settings = settings
        self.onBatch = onBatch
    }

    /// Asks for an item and waits for its outcome. An item whose deadline passes before its batch begins is not asked.
    public func submit<Kind: DoorBatch>(
        _ item: Kind.Item, to _: Kind.Type, in performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(DoorFailure) -> Kind.Outcome {
        // The queue is looked for inside: between here and there the actor may be given to others, and a queue end.
        let answer = await withCheckedContinuation { (caller: CheckedContinuation<DoorLane<Kind>.Answer, Never>) in
            add(item, to: queue(of: performance).lane(of: Kind.self), deadline: deadline) {
                caller.resume(returning: $0)
            }
        }
        return try answer.get()
    }

    /// Asks for items of many callers and waits for all their outcomes, which come in the items' order. Each goes its own
    /// way, as if it were asked for alone; the door is entered once for all of them, and left once.
    public func submit<Kind: DoorBatch>(
        together items: [(item: Kind.Item, deadline: ContinuousClock.Instant?)], to _: Kind.Type,
        in performance: PerformanceID
    ) async -> [Result<Kind.Outcome, DoorFailure>] {
        if items.isEmpty { return [] }
        return await withCheckedContinuation { caller in
            let group = DoorGroup<Kind.Outcome>(count: items.count, caller: caller)
            let lane = queue(of: performance).lane(of: Kind.self)
            for (place, asked) in items.enumerated() {
                add(asked.item, to: lane, deadline: asked.deadline) { group.answered(place, $0) }
            }
        }
    }

    private func add<Kind: DoorBatch>(
        _ item: Kind.Item, to lane: DoorLane<Kind>, deadline: ContinuousClock.Instant?,
        caller: @escaping DoorLane<Kind>.Caller
    ) {
        if lane.count < settings.queueLengthMax {
            lane.add(item, deadline: deadline, caller: caller)
        } else {
            caller(.failure(.overloaded))
        }
    }

    /// How many items wait for the performance's next batches.
    public func queueLength(of performance: PerformanceID) -> Int {
        queues[performance]?.count ?? 0
    }

    /// What waits at this instant.
    public func load() -> DoorLoad {
        var load = DoorLoad()
        let now = ContinuousClock.now
        for lane in queues.values.flatMap(\.lanes) {
            load.waiting += lane.count
            if let arrivedAt = lane.firstArrivedAt { load.longestWait = max(load.longestWait, now - arrivedAt) }
        }
        return load
    }

    // A queue lives as long as its batches run.
    private func queue(of performance: PerformanceID) -> DoorQueue {
        if let queue = queues[performance] { return queue }
        let gathering = restingGatherings.removeValue(forKey: performance) ?? DoorGathering(settings: settings)
        let queue = DoorQueue(performanceID: performance, gathering: gathering)
        queues[performance] = queue
        Task { await serve(queue) }
        return queue
    }

    private func serve(_ queue: DoorQueue) async {
        while true {
            await gather(queue)
            let round = queue.nextRound()
            if !round.isEmpty {
                queue.gathering.roundBegan(items: queue.count, at: .now)
                for lane in round {
                    tellBehindSending(queue)
                    queue.untold.append(await lane.serve(by: self, in: queue.performanceID))
                }
                queue.gathering.roundEnded(at: .now)
            } else if !queue.untold.isEmpty {
                queue.tell()
            } else {
                break
            }
        }
        queues[queue.performanceID] = nil
        if restingGatherings.count >= Self.restingGatheringsMax { restingGatherings = [:] }
        restingGatherings[queue.performanceID] = queue.gathering
    }

    // The database rests meanwhile, so what the last batch did is told at once.
    private func gather(_ queue: DoorQueue) async {
        queue.gathering.begin()
        while let pause = queue.gathering.pause(waiting: queue.count, at: .now) {
            queue.tell()
            await withCheckedContinuation { (waiting: CheckedContinuation<Void, Never>) in
                pool.loop.schedule(after: pause) { waiting.resume() }
            }
        }
    }

    // What the last batch did is read and told once the next one is on its way: the database never waits for that.
    private func tellBehindSending(_ queue: DoorQueue) {
        guard !queue.untold.isEmpty else { return }
        pool.afterSending { queue.tell() }
    }

    /// Runs the lane's next batch; what it answers tells the callers.
    func runBatch<Kind: DoorBatch>(of lane: DoorLane<Kind>, in performance: PerformanceID) async -> DoorTelling {
        let now = ContinuousClock.now
        let entries = lane.take(max: min(settings.batchItemsMax, Kind.itemsMax), now: now)
        if entries.isEmpty { return {} }
        return await run(entries[...], of: lane, in: performance)
    }

    // One bad item must not spoil its batch: a batch that broke a constraint is run again in halves.
    private func run<Kind: DoorBatch>(
        _ entries: ArraySlice<DoorLane<Kind>.Entry>, of lane: DoorLane<Kind>, in performance: PerformanceID
    ) async -> DoorTelling {
        let failure: DoorFailure
        do throws(DoorRunFailure) {
            let reading = try await ask(for: entries.map { $0.item }, as: Kind.self, in: performance)
            return { self.tell(entries, of: lane, reading) }
        } catch {
            switch error {
            case .postgres(let cause) where cause.spoilsBatch && entries.count > 1:
                let middle = entries.startIndex + entries.count / 2
                let first = await run(entries[..<middle], of: lane, in: performance)
                let second = await run(entries[middle...], of: lane, in: performance)
                return {
                    first()
                    second()
                }
            case .postgres(let cause):
                if let constraint = cause.constraint, let only = entries.first,
                    let outcome = Kind.outcome(ofConstraint: constraint, for: only.item)
                {
                    return { lane.finish(only, .success(outcome)) }
                }
                failure = DoorFailure(cause)
            case .completion(let message): failure = .notCompleted(message: message)
            }
        }
        return { for entry in entries { lane.finish(entry, .failure(failure)) } }
    }

    private func tell<Kind: DoorBatch>(
        _ entries: ArraySlice<DoorLane<Kind>.Entry>, of lane: DoorLane<Kind>,
        _ read: () throws(PostgresFailure) -> DoorAnswer<Kind>
    ) {
        do throws(PostgresFailure) {
            let answer = try read()
            if let reading = answer.reading { onBatch(reading) }
            for (entry, outcome) in zip(entries, answer.outcomes) { lane.finish(entry, .success(outcome)) }
        } catch {
            let failure = DoorFailure(error)
            for entry in entries { lane.finish(entry, .failure(failure)) }
        }
    }

    // Answers when the batch is committed; what it read is taken apart later.
    private func ask<Kind: DoorBatch>(
        for items: [Kind.Item], as _: Kind.Type, in performance: PerformanceID
    ) async throws(DoorRunFailure) -> (() throws(PostgresFailure) -> DoorAnswer<Kind>) {
        let deadline = ContinuousClock.now + .milliseconds(settings.batchMilliseconds)
        var retriesLeft = settings.retriesMax
        while true {
            do {
                if Kind.isPrepared || Kind.hasCompletion {
                    let answer = try await pool.transaction(deadline: deadline) { transaction in
                        let items = try await Kind.prepared(items, in: performance, by: transaction)
                        let rows = try await transaction.execute(
                            Kind.statement, Kind.values(for: items, in: performance))
                        let answer = try DoorAnswer<Kind>(rows, items: items, performance: performance)
                        let calls = try Kind.completion(of: Array(zip(items, answer.outcomes)), in: performance)
                        if !calls.isEmpty { _ = try await transaction.execute(together: calls) }
                        return answer
                    }
                    return { answer }
                }
                let values = Kind.values(for: items, in: performance)
                let rows = try await pool.execute(Kind.statement, values, deadline: deadline)
                return { () throws(PostgresFailure) in
                    try DoorAnswer<Kind>(rows, items: items, performance: performance)
                }
            } catch let failure as PostgresFailure {
                guard failure.wasUndone, retriesLeft > 0 else { throw .postgres(failure) }
                retriesLeft -= 1
            } catch {
                throw .completion(message: "\(error)")
            }
        }
    }
}

/// Tells the callers of a batch what became of their items. Called once, on the door's loop.
typealias DoorTelling = () -> Void

private enum DoorRunFailure: Error {
    case postgres(PostgresFailure)
    case completion(message: String)
}

extension PostgresFailure {
    /// Classes 22 and 23 (data, integrity) and P0 (our own assertions): one item did it.
    fileprivate var spoilsBatch: Bool {
        sqlState.map { ["22", "23", "P0"].contains($0.prefix(2)) } ?? false
    }

    /// Deadlock, serialization failure: the whole batch was undone and may go through the next time.
    fileprivate var wasUndone: Bool {
        sqlState == "40P01" || sqlState == "40001"
    }
}
