import LedgerStore
import Logging
import Metrics
import Postgres
import ServiceRuntime

/// Brings this process's own unfinished payments to their end as soon as the ledger answers again.
struct UnfinishedPaymentsWorker: Sendable {
    private static let pauseMilliseconds = 250
    /// Looked after at once.
    private static let togetherMax = 64

    let unfinished: UnfinishedPayments
    let payments: PaymentsStore
    let checkout: Checkout
    let settlement: Settlement
    let leaseSeconds: Int
    private let finishing: OutageLog
    private let finished = Counter(label: "payments_finished_later_total")

    init(
        unfinished: UnfinishedPayments, payments: PaymentsStore, checkout: Checkout, settlement: Settlement,
        leaseSeconds: Int, logger: Logger
    ) {
        self.unfinished = unfinished
        self.payments = payments
        self.checkout = checkout
        self.settlement = settlement
        self.leaseSeconds = leaseSeconds
        finishing = OutageLog("payments can't be finished yet", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
            await pass()
        }
    }

    /// Tries all of them once; what only has to be written down waits for nobody who asks a provider.
    func pass() async {
        var left = await unfinished.take()[...]
        guard !left.isEmpty else { return }
        _ = left.partition { item in
            if case .perhapsBegun = item { true } else { false }
        }
        var failures: [any Error] = []
        while !left.isEmpty {
            failures += await withTaskGroup(of: (any Error)?.self, returning: [any Error].self) { group in
                for item in left.prefix(Self.togetherMax) { group.addTask { await finish(item) } }
                return await group.reduce(into: []) { failures, failure in
                    if let failure { failures.append(failure) }
                }
            }
            left = left.dropFirst(Self.togetherMax)
        }
        if let failure = failures.first {
            finishing.failed(failure, metadata: ["payments": "\(failures.count)"])
        } else {
            finishing.succeeded()
        }
    }

    /// Tries one; what kept it from its end.
    private func finish(_ item: UnfinishedPayments.Unfinished) async -> (any Error)? {
        do {
            switch item {
            case .perhapsBegun(let payment, let until):
                guard let attempt = try await payments.payment(payment) else {
                    // Not there yet is not never: a commit that waits for its standby is seen by nobody.
                    if .now < until { await unfinished.add(item) }
                    return nil
                }
                // Later than that it is anybody's, and reconciliation has it.
                guard attempt.isOpen, attempt.ageSeconds < leaseSeconds else { return nil }
                try await checkout.goOn(with: attempt)
            case .unwritten(let observation, let attempt):
                _ = try await settlement.settle(attempt, by: observation)
            }
            finished.increment()
            return nil
        } catch {
            // What goes on with a payment keeps what it could not write down; what the ledger rejects is our bug, and
            // reconciliation says so from then on.
            if error is PostgresFailure || (error as? DoorFailure)?.isWorthRepeating == true {
                await unfinished.add(item)
            }
            return error
        }
    }
}

extension DoorFailure {
    fileprivate var isWorthRepeating: Bool {
        switch self {
        case .overloaded, .deadlineExceeded, .unavailable, .outcomeUnknown: true
        case .rejected, .notCompleted: false
        }
    }
}
