/// How far an event loop is behind: what stands on its sockets is looked at in rounds, and the handlers that are let in
/// begin behind them. Who is late in a round has waited all of it, and waits for those before it.
public struct LoopRound: Sendable, Hashable {
    /// How long it takes from the round's beginning until a handler begins: the time so far, and what those who wait for
    /// their beginning are expected to take.
    public var elapsed: Duration
    /// The requests that were counted in it, this one among them, and those that wait for their beginning.
    public var requests: Int

    public init(elapsed: Duration, requests: Int) {
        self.elapsed = elapsed
        self.requests = requests
    }
}
