import Metrics

/// What an intake counts beside its gauges.
struct IntakeMetrics {
    /// By the refusal's number and the priority's rank.
    private let refused: [[Counter]]
    private let waits: Timer

    init(intake name: String) {
        refused = IntakeRefusal.allCases.map { refusal in
            RequestPriority.allCases.map { priority in
                Counter(
                    label: "intake_refused_total",
                    dimensions: [("intake", name), ("reason", refusal.rawValue), ("priority", priority.rawValue)])
            }
        }
        waits = Timer(label: "intake_wait_seconds", dimensions: [("intake", name)])
    }

    func requestRefused(_ refusal: IntakeRefusal, _ priority: RequestPriority) {
        refused[refusal.number][priority.rank].increment()
    }

    /// One got its place after it had waited.
    func requestWaited(nanoseconds: Int64) {
        waits.recordNanoseconds(nanoseconds)
    }
}
