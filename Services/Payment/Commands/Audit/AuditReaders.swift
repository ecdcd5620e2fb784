import LedgerStore

/// Connections that share one snapshot, lent to whoever has something to read, to one at a time and in the order of
/// asking.
actor AuditReaders {
    private let count: Int
    private var free: [AuditStore.Snapshot]
    private var waiting: [CheckedContinuation<AuditStore.Snapshot, Never>] = []

    init(_ snapshots: [AuditStore.Snapshot]) {
        count = snapshots.count
        free = snapshots
    }

    /// Reads something as soon as a connection is free.
    nonisolated func read<Value: Sendable>(
        _ body: (AuditStore.Snapshot) async throws -> Value
    ) async throws -> Value {
        let snapshot = await take()
        let value: Result<Value, any Error>
        do {
            try Task.checkCancellation()
            value = .success(try await body(snapshot))
        } catch {
            value = .failure(error)
        }
        await giveBack(snapshot)
        return try value.get()
    }

    /// Reads something for each item (of which it is told the place, too), side by side where connections are free;
    /// the answers in the items' order.
    nonisolated func read<Item: Sendable, Value: Sendable>(
        forEach items: [Item], _ body: @escaping @Sendable (Int, Item, AuditStore.Snapshot) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values: [Value?] = Array(repeating: nil, count: items.count)
            for (place, item) in items.enumerated() {
                // No more of them wait than could read.
                if place >= count, let (done, value) = try await group.next() { values[done] = value }
                group.addTask { (place, try await self.read { try await body(place, item, $0) }) }
            }
            for try await (done, value) in group { values[done] = value }
            return values.compactMap(\.self)
        }
    }

    private func take() async -> AuditStore.Snapshot {
        if let snapshot = free.popLast() { return snapshot }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func giveBack(_ snapshot: AuditStore.Snapshot) {
        if waiting.isEmpty { free.append(snapshot) } else { waiting.removeFirst().resume(returning: snapshot) }
    }
}
