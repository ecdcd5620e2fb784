import DequeModule
import Metrics
import Postgres
import Ticketing

/// The items of one kind that wait at one performance's door. Belongs to the door's actor.
final class DoorLane<Kind: DoorBatch> {
    typealias Answer = Result<Kind.Outcome, DoorFailure>
    /// Who asked: called once, on the door's loop.
    typealias Caller = (Answer) -> Void

    /// One item and everybody who asked for it.
    final class Entry {
        let item: Kind.Item
        let key: DoorItemKey?
        let arrivedAt = ContinuousClock.now
        var deadline: ContinuousClock.Instant?
        var callers: [Caller]

        init(
            item: Kind.Item, key: DoorItemKey?, deadline: ContinuousClock.Instant?, caller: @escaping Caller
        ) {
            self.item = item
            self.key = key
            self.deadline = deadline
            callers = [caller]
        }

        func finish(_ answer: Answer) {
            callers[0](answer)
            for repetition in callers.dropFirst() { repetition(answer.map(Kind.repeated)) }
            callers = []
        }
    }

    private var waiting: Deque<Entry> = []
    // Waiting or under way.
    private var byKey: [DoorItemKey: Entry] = [:]
    // Their key is waiting or under way for another request.
    private var deferred: [Entry] = []

    // Who is deferred waits for an answer that has not been told yet, and for no batch.
    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count + deferred.count }
    var firstArrivedAt: ContinuousClock.Instant? { (waiting.first ?? deferred.first)?.arrivedAt }

    func add(_ item: Kind.Item, deadline: ContinuousClock.Instant?, caller: @escaping Caller) {
        let key = Kind.key(of: item)
        let entry = Entry(item: item, key: key, deadline: deadline, caller: caller)
        guard let key else {
            waiting.append(entry)
            return
        }
        guard let earlier = byKey[key] else {
            byKey[key] = entry
            waiting.append(entry)
            return
        }
        guard earlier.key?.fingerprint == key.fingerprint else {
            deferred.append(entry)
            return
        }
        earlier.callers.append(caller)
        // The one who can wait longer decides.
        earlier.deadline = earlier.deadline.flatMap { mine in deadline.map { max(mine, $0) } }
    }

    /// The next batch, in the order of arrival; those whose deadline has passed are answered at once.
    func take(max: Int, now: ContinuousClock.Instant) -> [Entry] {
        var batch: [Entry] = []
        while batch.count < max, let entry = waiting.popFirst() {
            if let deadline = entry.deadline, deadline <= now {
                finish(entry, .failure(.deadlineExceeded))
            } else {
                DoorMetrics.wait.record(duration: now - entry.arrivedAt)
                batch.append(entry)
            }
        }
        return batch
    }

    func finish(_ entry: Entry, _ answer: Answer) {
        if let key = entry.key {
            byKey[key] = nil
            if let next = deferred.firstIndex(where: { $0.key == key }) {
                let freed = deferred.remove(at: next)
                byKey[key] = freed
                waiting.append(freed)
            }
        }
        entry.finish(answer)
    }
}
