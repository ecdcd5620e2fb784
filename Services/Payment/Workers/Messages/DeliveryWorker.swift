import Courier
import LedgerStore
import Logging
import Metrics
import Postgres
import ServiceRuntime
import Ticketing

/// Tells the consumers of one means what they have to be told: every message until it arrived or was given up, an
/// order's messages one after the other. Any number of replicas share the work; what a killed one had begun is begun
/// again when its lease is over.
struct DeliveryWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is due, in milliseconds.
        var idleMilliseconds = 250
        /// Deliveries under way at once.
        var underWayMax = 8
        /// Of them, those of one consumer: one that is slow leaves room for the others.
        var perConsumerMax = 8
        /// How long one attempt may take, in milliseconds.
        var attemptMilliseconds = 30_000
        /// How long a delivery belongs to whoever claimed it, in attempts: what is done late must still be written down.
        var leaseAttempts = 2.0
        /// The pause between two tries to write down that a message arrived, in milliseconds.
        var settleMilliseconds = 200
        var backOff = DeliveryBackOff()

        var leaseSeconds: Double { Double(attemptMilliseconds) / 1_000 * leaseAttempts }
    }

    private let store: DeliveriesStore
    private let consumer: any MessageConsumer
    private let settings: Settings
    private let pace: MailPace?
    private let logger: Logger
    private let claiming: OutageLog
    private let finishing: OutageLog
    private let underWay = DeliveriesUnderWay()
    private let bell = Bell()
    private let delivered: Counter
    private let failed: Counter
    private let dead: Counter
    private let delay: Timer

    init(
        store: DeliveriesStore, consumer: any MessageConsumer, settings: Settings, pace: MailPace? = nil,
        logger: Logger
    ) {
        self.store = store
        self.consumer = consumer
        self.settings = settings
        self.pace = pace
        self.logger = logger
        claiming = OutageLog("messages can't be claimed", logger: logger)
        finishing = OutageLog("messages arrived, which can't be written down yet", logger: logger)
        let labels = [("means", consumer.means.rawValue)]
        delivered = Counter(label: "messages_delivered_total", dimensions: labels)
        failed = Counter(label: "message_attempts_failed_total", dimensions: labels)
        dead = Counter(label: "messages_given_up_total", dimensions: labels)
        delay = Timer(label: "message_delay_seconds", dimensions: labels)
    }

    /// Runs until it is cancelled, and then ends what is under way.
    func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await ringNowAndThen() }
                while !Task.isCancelled {
                    let pause = pace?.pause()
                    let claimed = await claim((pause == nil ? settings.underWayMax : 1) - underWay.count)
                    for delivery in claimed {
                        underWay.begin(delivery.consumer)
                        group.addTask {
                            await deliver(delivery)
                            underWay.end(delivery.consumer)
                            bell.ring()
                        }
                    }
                    if let pause {
                        try? await Task.sleep(for: pause)
                    } else if claimed.isEmpty || underWay.count >= settings.underWayMax {
                        await bell.wait()
                    }
                }
            }
        } onCancel: {
            bell.ring()
        }
    }

    /// Takes what is due and delivers it; how many there were.
    func pass() async -> Int {
        let claimed = await claim(settings.underWayMax)
        await withTaskGroup(of: Void.self) { group in
            for delivery in claimed { group.addTask { await deliver(delivery) } }
        }
        return claimed.count
    }

    private func ringNowAndThen() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(settings.idleMilliseconds))
            bell.ring()
        }
    }

    private func claim(_ room: Int) async -> [ClaimedDelivery] {
        guard room > 0 else { return [] }
        do {
            let claimed = try await store.claim(
                consumer.means, limit: room, perConsumer: min(room, settings.perConsumerMax),
                exceptOf: underWay.busy(perConsumerMax: settings.perConsumerMax), leaseSeconds: settings.leaseSeconds)
            claiming.succeeded()
            return claimed
        } catch {
            claiming.failed(error)
            return []
        }
    }

    private func deliver(_ delivery: ClaimedDelivery) async {
        let began = ContinuousClock.now
        do {
            let detail = try await consumer.deliver(delivery, milliseconds: settings.attemptMilliseconds)
            delivered.increment()
            let waited = max(0, Timestamp.now.unixMicroseconds - delivery.message.createdAt.unixMicroseconds)
            delay.recordMicroseconds(waited)
            pace?.sent(afterSeconds: Double(waited) / 1_000_000)
            await finish(delivery, began: began, detail: detail)
        } catch let failure as CourierFailure where failure.kind == .stopped {
            // If this fails too, the lease ends by itself.
            await uncancelled { try? await store.release(delivery) }
        } catch {
            await postpone(delivery, began: began, cause: "\(error)")
        }
    }

    /// The sooner this is written down, the rarer is a message that arrives twice: it is tried for as long as nobody
    /// else can have taken the delivery.
    private func finish(_ delivery: ClaimedDelivery, began: ContinuousClock.Instant, detail: String) async {
        let milliseconds = Self.milliseconds(since: began)
        await uncancelled {
            while true {
                do {
                    try await store.finish(delivery, milliseconds: milliseconds, detail: detail)
                    return finishing.succeeded()
                } catch {
                    finishing.failed(error, metadata: metadata(delivery, [:]))
                    guard Self.milliseconds(since: began) < Int(settings.leaseSeconds * 1_000) else { return }
                    try? await Task.sleep(for: .milliseconds(settings.settleMilliseconds))
                }
            }
        }
    }

    private func postpone(_ delivery: ClaimedDelivery, began: ContinuousClock.Instant, cause: String) async {
        let pause = settings.backOff.pause(after: delivery.attempt, chance: .random(in: 0...1))
        failed.increment()
        if pause == nil { dead.increment() }
        logger.log(
            level: pause == nil ? .error : .notice,
            pause == nil
                ? "a message was given up: payment messages show tells its story" : "a message is tried again later",
            metadata: metadata(delivery, ["cause": "\(cause)", "pause_seconds": "\(pause ?? 0)"]))
        let milliseconds = Self.milliseconds(since: began)
        await uncancelled {
            try? await store.postpone(delivery, bySeconds: pause, milliseconds: milliseconds, detail: cause)
        }
    }

    private func metadata(_ delivery: ClaimedDelivery, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging([
            "consumer": "\(delivery.consumer)", "message": "\(delivery.message.position)",
            "attempt": "\(delivery.attempt)",
        ]) { $1 }
    }

    /// What was begun is written down, also when the service stops meanwhile.
    private func uncancelled(_ work: @escaping @Sendable () async -> Void) async {
        await Task { await work() }.value
    }

    private static func milliseconds(since began: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - began) / .milliseconds(1))
    }
}
