import Metrics

/// What is measured at the doors of this process.
enum DoorMetrics {
    /// From an item's arrival to the beginning of its batch.
    static let wait = Timer(label: "door_wait_seconds")
}
