import LedgerStore
import Synchronization
import Testing

@testable import Payment

@Suite struct `The audit's readers` {
    private struct Broken: Error {}

    /// Runs `body` with two readers of an empty ledger.
    private func withTwo(_ body: @Sendable (AuditReaders) async throws -> Void) async throws {
        try await Stage.with { stage in
            try await AuditStore(pool: stage.pool).withSnapshots(readers: 2, deadline: .now + .seconds(60)) {
                try await body(AuditReaders($0))
            }
        }
    }

    @Test func `are lent to one at a time, and answer in the order of what was asked`() async throws {
        try await withTwo { readers in
            let reading = Mutex((now: 0, most: 0))
            let items = Array(0..<40)
            let answers = try await readers.read(forEach: items) { place, item, _ in
                reading.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                for _ in 0..<item % 7 { await Task.yield() }
                reading.withLock { $0.now -= 1 }
                return [place, item]
            }
            #expect(answers == items.map { [$0, $0] })
            #expect(reading.withLock { $0.most } == 2)
        }
    }

    @Test func `come back from whoever failed`() async throws {
        try await withTwo { readers in
            for _ in 0..<5 {
                await #expect(throws: Broken.self) {
                    _ = try await readers.read(forEach: Array(0..<9)) { _, item, _ in
                        if item == 4 { throw Broken() }
                        return item
                    }
                }
            }
            async let first = readers.read { _ in 1 }
            async let second = readers.read { _ in 2 }
            let answers = try await [first, second]
            #expect(answers == [1, 2])
        }
    }
}
