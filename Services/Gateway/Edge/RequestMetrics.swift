import Metrics
import Synchronization

/// What is counted of each request.
///
/// To take a metric, its labels are put together and looked up among all of the process: that was 3 % of a request. So
/// what a route, a method and a status need is taken once and kept. Methods are the asker's own words; how many of them
/// are kept is bounded.
final class RequestMetrics: Sendable {
    private struct Kind: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Handles {
        let seconds: Timer
        let total: Counter

        init(_ kind: Kind) {
            seconds = Timer(label: "http_request_seconds", dimensions: [("route", kind.route)])
            total = Counter(
                label: "http_requests_total",
                dimensions: [("method", kind.method), ("route", kind.route), ("status", "\(kind.status)")])
        }
    }

    private static let keptMax = 2_048

    private let kept = Mutex<[Kind: Handles]>([:])

    /// One request was answered.
    func answered(method: String, route: String, status: Int, after elapsed: Duration) {
        let handles = handles(Kind(method: method, route: route, status: status))
        handles.seconds.record(duration: elapsed)
        handles.total.increment()
    }

    private func handles(_ kind: Kind) -> Handles {
        if let known = kept.withLock({ $0[kind] }) { return known }
        let made = Handles(kind)
        kept.withLock { kept in
            if kept.count < Self.keptMax { kept[kind] = made }
        }
        return made
    }
}
