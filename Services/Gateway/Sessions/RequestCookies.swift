import HTTPTypes

/// Cookies as a request brings them (RFC 6265); HTTP/2 may split the field (RFC 9113, section 8.2.3).
enum RequestCookies {
    /// The first value under a name.
    static func value(of name: String, in fields: HTTPFields) -> String? {
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0].drop(while: { $0 == " " }) == name { return String(parts[1]) }
            }
        }
        return nil
    }
}
