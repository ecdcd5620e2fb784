import HTTPTypes
import NIOCore

/// A response's fields as they go over HTTP/2.
extension FieldScratch {
    /// Starts a new message with a response's head. `date` is added where the response has none; nil leaves it out.
    mutating func layOut(_ response: ServerResponse, _ body: ResponseBody, isHeadRequest: Bool, date: String?) {
        let status = response.status.code
        var isLengthMissing = true
        var isDateMissing = true
        begin()
        append(":status", status)
        for field in response.headerFields where !Self.isConnectionField(field.name) {
            if field.name == .contentLength { isLengthMissing = false }
            if field.name == .date { isDateMissing = false }
            append(field)
        }
        switch body {
        case .empty where isLengthMissing && !isHeadRequest && status != 204 && status != 304:
            append("content-length", 0)
        case .bytes(let buffer) where isLengthMissing:
            append("content-length", buffer.readableBytes)
        case .empty, .bytes, .stream, .source:
            break
        }
        if isDateMissing, let date { append("date", date) }
    }

    /// Fields that speak of one hop and that HTTP/2 forbids (RFC 9113, 8.2.2).
    private static func isConnectionField(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName.utf8.first {
        case UInt8(ascii: "c"): name == .connection
        case UInt8(ascii: "t"): name == .transferEncoding
        case UInt8(ascii: "u"): name == .upgrade
        case UInt8(ascii: "k"): name == keepAlive
        default: false
        }
    }

    private static let keepAlive = HTTPField.Name("Keep-Alive")!
}
