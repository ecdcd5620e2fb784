import HTTP2

/// A file with a replica a line, `host:port`; blank lines and those that begin with `#` don't count.
///
/// Who writes it puts a whole new file in the place of the old one (`rename`). One that names nobody is taken for
/// one that is being written, and not for the end of all replicas.
enum ReplicaFile {
    /// Lines that name a replica.
    static let replicasMax = 1_024
    /// Bytes of a file.
    static let bytesMax = 131_072

    /// Why a text names no replicas; with the line at fault, counted from 1.
    enum Fault: Error, Equatable, CustomStringConvertible {
        case notAReplica(line: Int)
        case namedTwice(line: Int)
        case tooMany
        case nobody

        var description: String {
            switch self {
            case .notAReplica(let line): "line \(line) is not host:port"
            case .namedTwice(let line): "line \(line) names a replica that stands above it"
            case .tooMany: "it has more than \(replicasMax) replicas or \(bytesMax) bytes"
            case .nobody: "it names no replica"
            }
        }
    }

    /// The replicas that a text names, in its order.
    static func replicas(in text: String) throws(Fault) -> [Endpoint] {
        guard text.utf8.count <= bytesMax else { throw .tooMany }
        var replicas: [Endpoint] = []
        var known: Set<Endpoint> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop(while: \.isWhitespace)
            guard let last = content.lastIndex(where: { !$0.isWhitespace }), content.first != "#" else { continue }
            guard let replica = Endpoint(replica: content[...last]) else { throw .notAReplica(line: index + 1) }
            guard known.insert(replica).inserted else { throw .namedTwice(line: index + 1) }
            guard replicas.count < replicasMax else { throw .tooMany }
            replicas.append(replica)
        }
        guard !replicas.isEmpty else { throw .nobody }
        return replicas
    }
}
