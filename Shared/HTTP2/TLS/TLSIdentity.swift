public import Logging
import NIOSSL
import Synchronization

/// Certificates as connections use them; read anew when their files change, without touching open connections.
public final class TLSIdentity: Sendable {
    private struct Contexts {
        let server: NIOSSLContext
        /// Nil where no authority is known that could vouch for a server.
        let client: NIOSSLContext?
        let stamps: [FileStamp?]
    }

    /// How often the files are looked at.
    public static let watchInterval: Duration = .seconds(1)

    /// Where the certificates are.
    public let files: TLSFiles
    private let contexts: Mutex<Contexts>

    /// Reads the files.
    public init(_ files: TLSFiles) throws(TLSFailure) {
        self.files = files
        contexts = Mutex(try Self.read(files))
    }

    /// What a new connection to a server of ours uses.
    var serverContext: NIOSSLContext { contexts.withLock { $0.server } }

    /// What a new connection to a peer uses, and the name that its certificate must bear.
    var client: (context: NIOSSLContext, serverName: String)? {
        guard let mutual = files.mutual, let context = contexts.withLock({ $0.client }) else { return nil }
        return (context, mutual.serverName)
    }

    /// Reads the files again if they changed; what was read before stays where that fails, so that half of a new pair
    /// does no harm.
    /// - Returns: whether new ones are in use.
    @discardableResult
    public func refresh() throws(TLSFailure) -> Bool {
        let known = contexts.withLock { $0.stamps }
        guard Self.stamps(of: files) != known else { return false }
        let read = try Self.read(files)
        contexts.withLock { $0 = read }
        return true
    }

    /// Looks at the files every second until the task is cancelled.
    public func watch(logger: Logger) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.watchInterval)
            do {
                guard try refresh() else { continue }
                logger.info("new certificates are in use", metadata: ["file": "\(files.certificate)"])
            } catch {
                logger.warning("certificates changed and can't be used", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func stamps(of files: TLSFiles) -> [FileStamp?] {
        files.paths.map { FileStamp(ofFile: $0) }
    }

    private static func read(_ files: TLSFiles) throws(TLSFailure) -> Contexts {
        // The stamps first: what changes while the files are read is seen the next time.
        let stamps = stamps(of: files)
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
            var server = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            server.minimumTLSVersion = .tlsv12
            server.applicationProtocols = ["h2", "http/1.1"]
            guard let mutual = files.mutual else {
                return Contexts(server: try NIOSSLContext(configuration: server), client: nil, stamps: stamps)
            }
            let authorities = NIOSSLTrustRoots.certificates(try NIOSSLCertificate.fromPEMFile(mutual.authority))
            server.trustRoots = authorities
            server.certificateVerification = .noHostnameVerification
            var client = TLSConfiguration.makeClientConfiguration()
            client.minimumTLSVersion = .tlsv13
            client.applicationProtocols = ["h2"]
            client.certificateChain = chain
            client.privateKey = key
            client.trustRoots = authorities
            return Contexts(
                server: try NIOSSLContext(configuration: server), client: try NIOSSLContext(configuration: client),
                stamps: stamps)
        } catch {
            throw TLSFailure(description: "\(files.certificate) with \(files.key): \(error)")
        }
    }
}
