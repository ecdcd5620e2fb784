import LedgerStore
import Proof
import Ticketing
import Wire

/// Reads a history page by page into its replay.
struct HistoryReading: Sendable {
    let store: AuditStore
    let snapshot: AuditStore.Snapshot
    let pageItems: Int

    /// The whole history, its tickets, heads and seats.
    func replay(_ history: AuditedHistory, keys: [HeadKey]) async throws -> HistoryReplay {
        var replay = HistoryReplay(
            history, heads: try await store.heads(of: history.performanceID, on: snapshot), keys: keys)
        var tickets = Tickets(reading: self, performance: history.performanceID)
        try await eachChange(of: history) { change in
            for orphan in try await tickets.take(before: change.link.sequence) {
                replay.ticketsOfNoChange([orphan.words], sequence: orphan.soldSequence ?? 0)
            }
            replay.add(change, tickets: try await tickets.take(before: change.link.sequence + 1).map(\.words))
            return true
        }
        for orphan in try await tickets.take(before: .max) {
            replay.ticketsOfNoChange([orphan.words], sequence: orphan.soldSequence ?? 0)
        }
        replay.end(seats: try await store.seats(of: history.performanceID, on: snapshot))
        return replay
    }

    /// The history up to an instant, without its tickets.
    func replay(_ history: AuditedHistory, until instant: Timestamp) async throws -> HistoryReplay {
        var replay = HistoryReplay(history)
        try await eachChange(of: history) { change in
            guard change.link.committedAt <= instant else { return false }
            replay.add(change)
            return true
        }
        return replay
    }

    /// Hands over every change in order, until one is not wanted.
    private func eachChange(
        of history: AuditedHistory, _ take: (StoredChange) async throws -> Bool
    ) async throws {
        var last = history.prunedSequence
        while true {
            let page = try await store.changes(
                of: history.performanceID, after: last, limit: pageItems, on: snapshot)
            for change in page {
                guard try await take(change) else { return }
            }
            guard page.count == pageItems, let next = page.last?.link.sequence else { return }
            last = next
        }
    }

    /// Tickets by change and seat, read ahead by a page.
    private struct Tickets {
        let reading: HistoryReading
        let performance: PerformanceID
        private var page: ArraySlice<StoredTicketWords> = []
        private var last: (sequence: Int64, seat: SeatIndex) = (0, -1)
        private var isAtEnd = false

        init(reading: HistoryReading, performance: PerformanceID) {
            self.reading = reading
            self.performance = performance
        }

        /// Those of changes below a sequence that were not taken yet.
        mutating func take(before sequence: Int64) async throws -> [StoredTicketWords] {
            var taken: [StoredTicketWords] = []
            while true {
                if page.isEmpty, !isAtEnd { try await fill() }
                guard let next = page.first, (next.soldSequence ?? 0) < sequence else { return taken }
                taken.append(next)
                page.removeFirst()
            }
        }

        private mutating func fill() async throws {
            let read = try await reading.store.tickets(
                of: performance, after: last, limit: reading.pageItems, on: reading.snapshot)
            isAtEnd = read.count < reading.pageItems
            if let ticket = read.last { last = (ticket.soldSequence ?? 0, ticket.words.ticket.seatIndex) }
            page = read[...]
        }
    }
}
