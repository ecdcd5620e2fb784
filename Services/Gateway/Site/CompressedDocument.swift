import Compression
import Crypto
import HTTP2
import HTTPTypes
import NIOCore

/// Bytes that don't change, compressed once, with an entity tag (RFC 9110, sections 8.8.3 and 13.1.2).
struct CompressedDocument: Sendable {
    /// Smaller ones are not worth the decoding.
    static let compressedBytesMin = 512

    let mediaType: String
    /// The strong validator: a hash of the bytes, in quotes.
    let entityTag: String
    private let plain: ByteBuffer
    private let gzipped: ByteBuffer?

    init(bytes: [UInt8], mediaType: String) throws {
        self.mediaType = mediaType
        entityTag = "\"\(Hex.text(Array(SHA256.hash(data: bytes).prefix(12))))\""
        plain = ByteBuffer(bytes: bytes)
        let smaller = bytes.count >= Self.compressedBytesMin ? try Gzip.compress(bytes) : bytes
        gzipped = smaller.count < bytes.count ? ByteBuffer(bytes: smaller) : nil
    }

    /// How many bytes a browser loads.
    var transferBytes: Int { (gzipped ?? plain).readableBytes }

    /// 200 with the bytes, or 304 when the asker has them.
    func response(to request: ServerRequest, cacheControl: String) -> ServerResponse {
        var fields: HTTPFields = [.eTag: entityTag, .cacheControl: cacheControl, .vary: "Accept-Encoding"]
        if Self.matches(request.headerFields[.ifNoneMatch], entityTag) {
            return ServerResponse(status: .notModified, headerFields: fields)
        }
        fields[.contentType] = mediaType
        if let gzipped, Self.acceptsGzip(request.headerFields[.acceptEncoding]) {
            fields[.contentEncoding] = "gzip"
            return ServerResponse(status: .ok, headerFields: fields, body: .bytes(gzipped))
        }
        return ServerResponse(status: .ok, headerFields: fields, body: .bytes(plain))
    }

    static func matches(_ ifNoneMatch: String?, _ tag: String) -> Bool {
        guard let ifNoneMatch else { return false }
        return ifNoneMatch.split(separator: ",").contains { candidate in
            let trimmed = candidate.drop { $0 == " " }
            return trimmed == "*" || trimmed == tag || trimmed == "W/\(tag)"
        }
    }

    static func acceptsGzip(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        return acceptEncoding.split(separator: ",").contains { part in
            let pieces = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let coding = pieces.first, coding == "gzip" || coding == "*" else { return false }
            return !pieces.dropFirst().contains { $0 == "q=0" || $0.hasPrefix("q=0.000") || $0 == "q=0.0" }
        }
    }
}
