import Ticketing
import Wire

/// The stream that a viewer asked for.
struct SeatStream: Sendable {
    let performance: PerformanceID
    /// The sections that it is about, as the viewer named them; nil for the whole map.
    var sections: String?

    /// Where realtime-push has it, from a position or from the start.
    func path(after position: SeatsPosition?) -> String {
        var query: [String] = []
        if let position { query.append("after=\(position.text)") }
        if let sections { query.append("sections=\(Self.escaped(sections))") }
        let path = "/v1/performances/\(performance)/seats/stream"
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    /// Percent-encoded (RFC 3986, 2.1), save what needs not be.
    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2C, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }
    }
}
