public import ServiceLifecycle

/// A loop that runs until it is cancelled, as a part of a service: a graceful stop cancels it in its turn.
public struct LoopService: Service, CustomStringConvertible {
    private let name: String
    private let body: @Sendable () async throws -> Void

    /// A worker or a pool by its `run()`.
    public init(name: String, _ body: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The loop's name, for logs.
    public var description: String { name }

    /// Runs the loop; a cancellation is how it ends and no failure.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await body() }
        } catch is CancellationError {}
    }
}
