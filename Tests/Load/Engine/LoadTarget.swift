public import Ticketing
public import ViewerCrowd

/// What is asked, and as whom.
public struct LoadTarget: Sendable {
    /// The gateway.
    public var address: CrowdAddress
    /// What is sold.
    public var performance: PerformanceID
    public var seatCount: Int
    /// Whether there is a waiting room.
    public var hasRoom: Bool
    /// When the sale opens, by the machine's clock.
    public var opensAt: Timestamp
    /// Whether each customer has an address of its own behind this program, told as a balancer tells it (RFC 7239):
    /// believed by gateways that trust this machine.
    public var forwards: Bool

    /// All members.
    public init(
        address: CrowdAddress, performance: PerformanceID, seatCount: Int, hasRoom: Bool, opensAt: Timestamp,
        forwards: Bool
    ) {
        self.address = address
        self.performance = performance
        self.seatCount = seatCount
        self.hasRoom = hasRoom
        self.opensAt = opensAt
        self.forwards = forwards
    }
}
