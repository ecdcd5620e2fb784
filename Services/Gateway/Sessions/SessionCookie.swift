import HTTP2
import HTTPTypes
import Ticketing

/// The cookie `session` (RFC 6265): out of scripts' reach, and not sent along from other sites' forms.
enum SessionCookie {
    static let name = "session"

    /// Sets it for as long as the session lives.
    static func setting(_ token: String, secondsMax: Int64, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(secondsMax)" + (isSecure ? "; Secure" : "")
    }

    /// Takes it away.
    static func clearing(isSecure: Bool) -> String {
        setting("", secondsMax: 0, isSecure: isSecure)
    }

    /// Its value in a request.
    static func value(in fields: HTTPFields) -> String? {
        RequestCookies.value(of: name, in: fields)
    }
}
