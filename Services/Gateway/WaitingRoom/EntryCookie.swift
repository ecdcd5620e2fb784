import HTTPTypes
import Ticketing
import WaitingRoom

/// The cookie `entry`: a place in one performance's waiting room, sent along to that room alone. The page need not keep
/// it, and every tab has the same.
enum EntryCookie {
    static let name = "entry"

    static func setting(_ token: String, for performance: PerformanceID, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/v1/performances/\(performance)/waiting-room; HttpOnly; SameSite=Lax; "
            + "Max-Age=\(EntryToken.secondsMax)" + (isSecure ? "; Secure" : "")
    }

    /// The token of a request: `Entry-Token`, or else the cookie.
    static func token(in fields: HTTPFields) -> String? {
        fields[.entryToken] ?? RequestCookies.value(of: name, in: fields)
    }
}
