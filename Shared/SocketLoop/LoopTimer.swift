/// The name of a one-shot timer, for `SocketLoop.cancel`.
public struct LoopTimer: Sendable, Hashable {
    let id: UInt64
}
