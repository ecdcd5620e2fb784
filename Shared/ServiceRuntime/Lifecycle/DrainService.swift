import ServiceLifecycle

/// The first to stop: tells the readiness board, and gives the balancer a moment to notice.
struct DrainService: Service, CustomStringConvertible {
    let readiness: ReadinessBoard
    let notice: Duration

    var description: String { "readiness" }

    func run() async throws {
        try? await gracefulShutdown()
        readiness.beginDraining()
        // A second signal or the end of the time cancels the wait.
        try? await Task.sleep(for: notice)
    }
}
