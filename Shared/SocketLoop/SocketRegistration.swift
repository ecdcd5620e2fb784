/// The name of a watched descriptor, for `SocketLoop.update` and `SocketLoop.deregister`.
public struct SocketRegistration: Sendable, Hashable {
    let id: UInt64
}
