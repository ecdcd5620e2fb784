import LedgerStore
import Logging
import Metrics
import ServiceRuntime

/// Says twice a second that this process lives, and frees the payments and refunds of those that were killed: their
/// customers need not wait for leases that nobody will use any more.
struct ProcessBeatWorker: Sendable {
    private static let pauseMilliseconds = 500
    /// A process that said nothing for so long is taken for dead.
    private static let silenceMilliseconds = 2_000

    let process: PaymentProcessID
    let processes: PaymentProcessesStore
    let logger: Logger
    private let beating: OutageLog
    private let freed = Counter(label: "taken_from_dead_processes_total")

    init(process: PaymentProcessID, processes: PaymentProcessesStore, logger: Logger) {
        self.process = process
        self.processes = processes
        self.logger = logger
        beating = OutageLog("this process can't say that it lives", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            await beat()
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    /// Once.
    func beat() async {
        do {
            let count = try await processes.beat(process, silenceMilliseconds: Self.silenceMilliseconds)
            beating.succeeded()
            guard count > 0 else { return }
            freed.increment(by: Int64(count))
            logger.warning("a process died with payments or refunds in hand", metadata: ["count": "\(count)"])
        } catch {
            beating.failed(error)
        }
    }
}
