public import HTTP2

/// Where a service listens: `PREFIX_PUBLIC_ADDRESS`, `PREFIX_INTERNAL_ADDRESS` and `PREFIX_ADMIN_ADDRESS`; and for how
/// long it goes on doing so when it is to stop: `PREFIX_DRAIN_NOTICE_MILLISECONDS`.
public struct ListenerSettings: Sendable, Hashable {
    /// Which listeners a service has; the admin listener is always one.
    public enum Listener: Sendable {
        /// For everybody.
        case publicListener
        /// For the other services.
        case internalListener
    }

    /// For everybody; nil where the service has none.
    public let publicAddress: NetworkAddress?
    /// For the other services; nil where the service has none.
    public let internalAddress: NetworkAddress?
    /// For operators: `/livez`, `/readyz`, `/metrics`.
    public let adminAddress: NetworkAddress
    /// What everybody sees on the public listener; nil for clear text.
    public let publicTLS: TLSFiles?
    /// What the services see of each other; nil for clear text.
    public let internalTLS: TLSFiles?
    /// How long `/readyz` tells of a stop before a listener closes.
    public let drainNotice: Duration

    /// Reads the addresses of the listeners that the service has; each of them must be set.
    public init(prefix: String, having listeners: Set<Listener>, from reader: SettingsReader) {
        publicAddress =
            listeners.contains(.publicListener)
            ? reader.address(
                "\(prefix)_PUBLIC_ADDRESS", example: "0.0.0.0:8080", "Where everybody reaches the service.")
            : nil
        internalAddress =
            listeners.contains(.internalListener)
            ? reader.address(
                "\(prefix)_INTERNAL_ADDRESS", example: "127.0.0.1:8081", "Where the other services reach this one.")
            : nil
        publicTLS = listeners.contains(.publicListener) ? reader.publicTLS(prefix: prefix) : nil
        internalTLS = reader.internalTLS(prefix: prefix)
        adminAddress = reader.address(
            "\(prefix)_ADMIN_ADDRESS", example: "127.0.0.1:8082", "Where /livez, /readyz and /metrics are answered.")
        drainNotice = reader.duration(
            "\(prefix)_DRAIN_NOTICE_MILLISECONDS", default: 200, in: 0...5_000,
            "How long /readyz tells of a stop before the ports close; behind a balancer, longer than it needs to see it."
        )
    }
}
