import Metrics

/// What is counted of viewers, over all channels.
enum ViewerMetrics {
    /// Streams that a drain ended.
    static let closedDraining = Counter(label: "viewers_closed_total", dimensions: [("reason", "draining")])
    /// Streams that were ended because their viewers did not read.
    static let closedSlow = Counter(label: "viewers_closed_total", dimensions: [("reason", "slow")])
    /// From the time of a batch to the moment at which its frames were given to a loop's sockets.
    static let mapLag = Timer(label: "map_lag_seconds")
}
