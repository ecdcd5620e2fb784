/// A condition did not come true in time.
public struct NeverHappened: Error, CustomStringConvertible {
    /// What was waited for.
    public let what: String

    public init(what: String) {
        self.what = what
    }

    public var description: String { "never happened: \(what)" }
}

/// Waits until a condition holds; throws `NeverHappened` when it does not within the time.
///
/// The time is generous: it is only spent where the condition never comes true.
public nonisolated(nonsending) func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened(what: what) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Runs `work` and answers its value; throws `NeverHappened` when it takes longer than the time, and cancels it.
public func within<Value: Sendable>(
    _ limit: Duration = .seconds(20), _ what: String, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else { throw NeverHappened(what: what) }
        return value
    }
}
