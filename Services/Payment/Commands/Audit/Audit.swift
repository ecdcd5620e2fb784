import LedgerStore
import Postgres
import Proof
import Ticketing

/// Proves the ledger on one snapshot, and against the providers' own books.
struct Audit: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// Findings of one check that are told.
        var findingsPerCheckMax = 100
        /// Rows read at once.
        var pageItems = 10_000
        /// How long it may take.
        var seconds = 3_600
        /// How long what differs from a provider's book may take to show in the ledger: on a standby that is behind.
        var differenceSecondsMax = 0
        /// How much older than our first payment a provider's charge may be to be looked at.
        var bookLeadSeconds: Int64 = 86_400
    }

    private let store: AuditStore
    private let books: [any ProviderBook]
    private let keys: [HeadKey]
    private let settings: Settings
    private let progress: @Sendable (String) -> Void

    init(
        store: AuditStore, books: [any ProviderBook], keys: [HeadKey] = [], settings: Settings = Settings(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.books = books
        self.keys = keys
        self.settings = settings
        self.progress = progress
    }

    /// Looks at everything.
    func report(fallback: String? = nil) async throws -> AuditReport {
        let start = ContinuousClock.now
        let deadline = start + .seconds(settings.seconds)
        var (report, comparisons) = try await store.withSnapshot(deadline: deadline) { snapshot in
            var comparisons: [(book: any ProviderBook, comparison: BookComparison)] = []
            var compared: [AuditReport.Book] = []
            for book in books {
                progress("comparing with the book of \(book.name)")
                let (comparison, payments) = try await compare(book, on: snapshot)
                comparisons.append((book, comparison))
                compared.append(AuditReport.Book(provider: book.name, payments: payments))
            }
            var findings: [AuditFinding] = []
            for (place, check) in AuditCheck.allCases.enumerated() {
                progress("check \(place + 1) of \(AuditCheck.allCases.count): \(check.rawValue)")
                findings += try await store.findings(of: check, on: snapshot, limit: settings.findingsPerCheckMax)
            }
            findings += try await replayedFindings(on: snapshot)
            progress("summing up")
            let report = AuditReport(
                takenAt: snapshot.server.takenAt, server: AuditReport.Server(snapshot.server, fallback: fallback),
                findings: findings, counts: try await store.counts(on: snapshot),
                paymentsOpen: comparisons.reduce(0) { $0 + $1.comparison.openCount }, books: compared,
                balances: try await store.balances(at: snapshot.server.takenAt, on: snapshot), milliseconds: 0)
            return (report, comparisons)
        }
        for (book, comparison) in comparisons {
            report.findings += try await confirmed(comparison, of: book, deadline: deadline)
        }
        report.milliseconds = Int64((ContinuousClock.now - start) / .milliseconds(1))
        return report
    }

    // MARK: Histories

    private func replayedFindings(on snapshot: AuditStore.Snapshot) async throws -> [AuditFinding] {
        let histories = try await store.histories(on: snapshot)
        var told: [String: Int] = [:]
        var findings: [AuditFinding] = []
        for (place, history) in histories.enumerated() {
            progress("replaying history \(place + 1) of \(histories.count)")
            let replay = try await HistoryReading(store: store, snapshot: snapshot, pageItems: settings.pageItems)
                .replay(history, keys: keys)
            for finding in replay.findings {
                told[finding.check, default: 0] += 1
                if told[finding.check, default: 0] <= settings.findingsPerCheckMax { findings.append(finding) }
            }
        }
        return findings
    }

    // MARK: Books

    private func compare(
        _ book: any ProviderBook, on snapshot: AuditStore.Snapshot
    ) async throws -> (BookComparison, payments: Int) {
        let nobody = PaymentID(high: 0, low: 0)
        var page = try await store.clearing(of: book.name, after: nobody, limit: settings.pageItems, on: snapshot)
        let start = page.first?.createdAt ?? snapshot.server.takenAt
        var lines: [PaymentID: ProviderBookLine] = [:]
        try await book.read(since: start.advanced(bySeconds: -settings.bookLeadSeconds)) { line in
            if lines[line.paymentID]?.add(line) == nil { lines[line.paymentID] = line }
        }
        var comparison = BookComparison(lines)
        while let last = page.last?.paymentID {
            for line in page { comparison.add(line) }
            guard page.count == settings.pageItems else { break }
            page = try await store.clearing(of: book.name, after: last, limit: settings.pageItems, on: snapshot)
        }
        comparison.end()
        return (comparison, lines.count)
    }

    /// What still differs in a later snapshot: the book was read after the first one, and may have been ahead of it.
    private func confirmed(
        _ comparison: BookComparison, of book: any ProviderBook, deadline: ContinuousClock.Instant
    ) async throws -> [AuditFinding] {
        guard !comparison.suspects.isEmpty else { return [] }
        progress("looking again at \(comparison.suspects.count) differences with \(book.name)")
        let patience = ContinuousClock.now + .seconds(settings.differenceSecondsMax)
        while true {
            let findings = try await store.withSnapshot(deadline: deadline) { snapshot in
                var findings: [AuditFinding] = []
                for payment in comparison.suspects.keys.sorted() {
                    let before = PaymentID(high: payment.high, low: payment.low &- 1)
                    let line = try await store.clearing(of: book.name, after: before, limit: 1, on: snapshot).first
                    if let finding = comparison.finding(
                        of: payment, now: line?.paymentID == payment ? line : nil)
                    {
                        findings.append(finding)
                    }
                    if findings.count == settings.findingsPerCheckMax { break }
                }
                return findings
            }
            if findings.isEmpty || ContinuousClock.now >= patience { return findings }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
