import LedgerStore
import Postgres
import Ticketing

/// Proves the ledger on one snapshot, and against the provider's own book.
struct Audit: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// Findings of one check that are told.
        var findingsPerCheckMax = 100
        /// Lines of a book read at once.
        var pageItems = 10_000
        /// How long it may take.
        var seconds = 3_600
    }

    private let store: AuditStore
    private let payments: PaymentsStore
    private let book: SandboxBookStore
    private let settings: Settings

    init(
        store: AuditStore, payments: PaymentsStore, book: SandboxBookStore, settings: Settings = Settings()
    ) {
        self.store = store
        self.payments = payments
        self.book = book
        self.settings = settings
    }

    /// Looks at everything.
    func report() async throws -> AuditReport {
        let deadline = ContinuousClock.now + .seconds(settings.seconds)
        var (report, comparison) = try await store.withSnapshot(deadline: deadline) { snapshot in
            let comparison = try await compareBooks(snapshot)
            let report = AuditReport(
                takenAt: snapshot.takenAt,
                findings: try await store.findings(on: snapshot, limit: settings.findingsPerCheckMax),
                counts: try await store.counts(on: snapshot),
                paymentsOpen: comparison.openCount,
                balances: try await store.balances(on: snapshot))
            return (report, comparison)
        }
        for payment in comparison.unknownPayments where try await payments.payment(payment) == nil {
            comparison.chargeOfNoPayment(payment)
        }
        report.findings += comparison.findings
        return report
    }

    private func compareBooks(_ snapshot: AuditStore.Snapshot) async throws -> BookComparison {
        var comparison = BookComparison()
        var ledger = Pages(page: settings.pageItems, id: \ClearingLine.paymentID) { last, limit in
            try await store.clearing(of: "sandbox", after: last, limit: limit, on: snapshot)
        }
        var provider = Pages(page: settings.pageItems, id: \SandboxBookLine.paymentID) { last, limit in
            try await book.lines(after: last, limit: limit)
        }
        var line = try await ledger.next()
        var charge = try await provider.next()
        while line != nil || charge != nil {
            let takesLine = charge.map { charge in line.map { $0.paymentID <= charge.paymentID } ?? false } ?? true
            let takesCharge = line.map { line in charge.map { $0.paymentID <= line.paymentID } ?? false } ?? true
            comparison.compare(takesLine ? line : nil, with: takesCharge ? charge : nil)
            if takesLine { line = try await ledger.next() }
            if takesCharge { charge = try await provider.next() }
        }
        return comparison
    }

    /// Lines in the order of their payments, read page by page.
    private struct Pages<Line: Sendable> {
        let page: Int
        let id: any KeyPath<Line, PaymentID> & Sendable
        let read: (PaymentID, Int) async throws -> [Line]
        private var lines: ArraySlice<Line> = []
        private var last = PaymentID(high: 0, low: 0)
        private var isAtEnd = false

        init(
            page: Int, id: any KeyPath<Line, PaymentID> & Sendable,
            read: @escaping (PaymentID, Int) async throws -> [Line]
        ) {
            self.page = page
            self.id = id
            self.read = read
        }

        mutating func next() async throws -> Line? {
            if lines.isEmpty, !isAtEnd {
                let read = try await read(last, page)
                isAtEnd = read.count < page
                lines = read[...]
            }
            guard let line = lines.popFirst() else { return nil }
            last = line[keyPath: id]
            return line
        }
    }
}
