/// How a directory spreads calls, and how long it leaves failing replicas alone.
public struct DirectorySettings: Sendable {
    /// Faults in a row of which none is certain by itself.
    public var faultsMax = 2
    /// The first rest of a replica that fails …
    public var restMin: Duration = .milliseconds(500)
    /// … doubled with each that follows, up to this.
    public var restMax: Duration = .seconds(15)
    /// A name leaves its first choice when that has this many calls in flight …
    public var inFlightFloor = 128
    /// … and as many times what a replica has on average.
    public var loadFactor = 1.25
    /// Retries for each call, over some seconds …
    public var retryShare = 0.2
    /// … and those that are always allowed, each second.
    public var retriesPerSecondMin = 10

    /// The defaults.
    public init() {}
}
