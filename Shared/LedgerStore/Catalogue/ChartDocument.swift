/// A chart as it is served.
public struct ChartDocument: Sendable, Hashable {
    /// The JSON, byte for byte.
    public let document: [UInt8]
    /// SHA-256 of the document: its ETag.
    public let contentHash: [UInt8]
}
