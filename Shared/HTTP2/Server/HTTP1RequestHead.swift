import HTTPTypes
import NIOHTTP1

/// Reads an HTTP/1.1 request's head as swift-http-types has it.
enum HTTP1RequestHead {
    /// Nil if the head breaks HTTP's rules: an odd method or field name, no `Host` in HTTP/1.1 or two of them.
    static func convert(_ head: HTTPRequestHead, isSecure: Bool) -> HTTPRequest? {
        guard let method = HTTPRequest.Method(rawValue: head.method.rawValue) else { return nil }
        var fields = HTTPFields()
        var host: String?
        for (name, value) in head.headers {
            guard let name = HTTPField.Name(name) else { return nil }
            if name.canonicalName == "host" {
                guard host == nil else { return nil }
                host = value
            }
            fields.append(HTTPField(name: name, value: value))
        }
        guard host != nil || head.version == .http1_0 else { return nil }
        let target = split(head.uri)
        return HTTPRequest(
            method: method, scheme: isSecure ? "https" : "http", authority: target.authority ?? host, path: target.path,
            headerFields: fields)
    }

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
