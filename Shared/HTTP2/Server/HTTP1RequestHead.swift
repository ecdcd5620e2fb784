import HTTPTypes
import NIOHTTP1

/// Reads an HTTP/1.1 request's head as swift-http-types has it.
enum HTTP1RequestHead {
    /// Nil if the head breaks HTTP's rules: an odd method or field name, no `Host` in HTTP/1.1, two of them or one that
    /// names no host, or a body whose end others might see elsewhere.
    static func convert(_ head: HTTPRequestHead, isSecure: Bool) -> HTTPRequest? {
        guard let method = HTTPRequest.Method(rawValue: head.method.rawValue) else { return nil }
        var fields = HTTPFields()
        var host: String?
        var isChunked = false
        for (name, value) in head.headers {
            guard let name = HTTPField.Name(name) else { return nil }
            switch name.canonicalName {
            case "host":
                let named = withoutBlanks(value)
                guard host == nil, named.utf8.allSatisfy(isOfHost) else { return nil }
                host = String(named)
            case "content-length":
                guard Int(withoutBlanks(value)) != nil else { return nil }
            case "transfer-encoding":
                // No other coding is undone here, and one beside `chunked` hides where the body ends
                // (RFC 9112, 6.1 and 6.3). HTTP/1.0 knows none.
                let coding = withoutBlanks(value).lowercased()
                guard !isChunked, coding == "chunked", head.version != .http1_0 else { return nil }
                isChunked = true
            default:
                break
            }
            fields.append(HTTPField(name: name, value: value))
        }
        guard host != nil || head.version == .http1_0 else { return nil }
        let target = split(head.uri)
        return HTTPRequest(
            method: method, scheme: isSecure ? "https" : "http", authority: target.authority ?? host, path: target.path,
            headerFields: fields)
    }

    /// The decoder leaves the blanks behind a value, which are no part of it (RFC 9112, 5.1).
    private static func withoutBlanks(_ value: String) -> Substring {
        let end = value.utf8.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return end.map { Substring(value.utf8[...$0]) } ?? ""
    }

    /// Whether a byte may stand in a host and its port (RFC 3986, 3.2.2 and 3.2.3).
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: hostMarks.contains(byte)
        }
    }

    private static let hostMarks = Array("-._~%!$&'()*+,;=:[]".utf8)

    /// Origin form as it is; absolute form (RFC 9112, 3.2.2) in its parts.
    private static func split(_ uri: String) -> (authority: String?, path: String) {
        guard !uri.utf8.starts(with: "/".utf8) else { return (nil, uri) }
        for scheme in ["http://", "https://"] where uri.lowercased().utf8.starts(with: scheme.utf8) {
            let rest = uri.dropFirst(scheme.count)
            guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return (String(rest), "/") }
            return (String(rest[..<slash]), String(rest[slash...]))
        }
        return (nil, uri)
    }
}
