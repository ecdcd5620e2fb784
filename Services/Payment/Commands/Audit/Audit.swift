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
        /// Connections that share its snapshot and read side by side.
        var readers = 3
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
        var (report, comparisons) = try await store.withSnapshots(
            readers: settings.readers, deadline: deadline
        ) { snapshots in
            let server = snapshots[0].server
            let readers = AuditReaders(snapshots)
            async let compared = readers.read(forEach: books) { try await compare($1, on: $2) }
            async let checked = checkedFindings(with: readers)
            async let replayed = replayedFindings(with: readers)
            async let counts = readers.read { try await store.counts(on: $0) }
            async let balances = readers.read { try await store.balances(at: server.takenAt, on: $0) }
            let comparisons = try await compared
            let report = AuditReport(
                takenAt: server.takenAt, server: AuditReport.Server(server, fallback: fallback),
                findings: try await checked + replayed, counts: try await counts,
                paymentsOpen: comparisons.reduce(0) { $0 + $1.comparison.openCount },
                books: comparisons.map { AuditReport.Book(provider: $0.book.name, payments: $0.payments) },
                balances: try await balances, milliseconds: 0)
            return (report, comparisons)
        }
        for (book, comparison, _) in comparisons {
            report.findings += try await confirmed(comparison, of: book, deadline: deadline)
        }
        report.milliseconds = Int64((ContinuousClock.now - start) / .milliseconds(1))
        return report
    }

    private func checkedFindings(with readers: AuditReaders) async throws -> [AuditFinding] {
        let checks = AuditCheck.allCases
        return try await readers.read(forEach: checks) { place, check, snapshot in
            progress("check \(place + 1) of \(checks.count): \(check.rawValue)")
            return try await store.findings(of: check, on: snapshot, limit: settings.findingsPerCheckMax)
        }.flatMap(\.self)
    }

    // MARK: Histories

    private func replayedFindings(with readers: AuditReaders) async throws -> [AuditFinding] {
        let histories = try await readers.read { try await store.histories(on: $0) }
        let replayed = try await readers.read(forEach: histories) { place, history, snapshot in
            progress("replaying history \(place + 1) of \(histories.count)")
            return try await HistoryReading(store: store, snapshot: snapshot, pageItems: settings.pageItems)
                .replay(history, keys: keys).findings
        }
        var told: [String: Int] = [:]
        return replayed.joined().filter { finding in
            told[finding.check, default: 0] += 1
            return told[finding.check, default: 0] <= settings.findingsPerCheckMax
        }
    }

    // MARK: Books

    private func compare(
        _ book: any ProviderBook, on snapshot: AuditStore.Snapshot
    ) async throws -> (book: any ProviderBook, comparison: BookComparison, payments: Int) {
        progress("comparing with the book of \(book.name)")
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
        return (book, comparison, lines.count)
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
