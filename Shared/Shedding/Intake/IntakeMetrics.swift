import Metrics

/// What an intake counts beside its gauges.
struct IntakeMetrics {
    private let refused: [IntakeRefusal: [Counter]]
    private let waits: Timer

    init(intake name: String) {
        var refused: [IntakeRefusal: [Counter]] = [:]
        for refusal in IntakeRefusal.allCases {
            refused[refusal] = RequestPriority.allCases.map { priority in
                Counter(
                    label: "intake_refused_total",
                    dimensions: [("intake", name), ("reason", refusal.rawValue), ("priority", priority.rawValue)])
            }
        }
        self.refused = refused
        waits = Timer(label: "intake_wait_seconds", dimensions: [("intake", name)])
    }

    func requestRefused(_ refusal: IntakeRefusal, _ priority: RequestPriority) {
        refused[refusal]?[priority.rank].increment()
    }

    /// One got its place after it had waited.
    func requestWaited(nanoseconds: Int64) {
        waits.recordNanoseconds(nanoseconds)
    }
}
