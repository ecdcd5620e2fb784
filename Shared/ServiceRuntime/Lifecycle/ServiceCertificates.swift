public import HTTP2
import Logging
public import ServiceLifecycle

/// The certificates of a service, as its settings name them; nil where it speaks in clear text.
public struct ServiceCertificates: Sendable {
    /// What everybody sees.
    public let forEverybody: TLSIdentity?
    /// What the other services see, and what is asked of them.
    public let forServices: TLSIdentity?

    /// Reads the files, or writes one line to standard error and exits with 78.
    public init(_ listeners: ListenerSettings) {
        forEverybody = Self.read(listeners.publicTLS)
        forServices = Self.read(listeners.internalTLS)
    }

    /// What keeps them up to date with their files.
    public var watchers: [any Service] {
        let logger = Logger(label: "certificates")
        return [forEverybody, forServices].compactMap { identity in
            identity.map { identity in LoopService(name: "certificates") { await identity.watch(logger: logger) } }
        }
    }

    private static func read(_ files: TLSFiles?) -> TLSIdentity? {
        guard let files else { return nil }
        do {
            return try TLSIdentity(files)
        } catch {
            ServiceRuntime.exit(wrongSetting: "The certificates can't be used: \(error)")
        }
    }
}
