/// How far an event loop is behind: what stands on its sockets is looked at in rounds, and who is late in a round has
/// waited all of it.
public struct LoopRound: Sendable, Hashable {
    /// How long the round has taken so far.
    public var elapsed: Duration
    /// The requests that were begun in it, this one among them.
    public var requests: Int

    public init(elapsed: Duration, requests: Int) {
        self.elapsed = elapsed
        self.requests = requests
    }
}
