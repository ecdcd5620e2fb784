import HTTP2
import HTTPTypes
import Ticketing
import Wire

extension ServerRequest {
    /// The id in the path; an id that can't be one names nothing, hence 404.
    func id<Kind>(_ name: String, of kind: Identifier<Kind>.Type = Identifier<Kind>.self) throws -> Identifier<Kind> {
        guard let id = pathParameters[name].flatMap({ Identifier<Kind>($0) }) else { throw EdgeRefusal(.notFound) }
        return id
    }

    /// The customer's key: 1 to 255 visible ASCII characters.
    func idempotencyKey() throws -> String {
        guard let key = headerFields.value(of: .idempotencyKey), !key.isEmpty else {
            throw EdgeRefusal(.idempotencyKeyMissing, detail: "Send an Idempotency-Key, new for each thing you want.")
        }
        guard key.utf8.count <= 255, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw EdgeRefusal(
                .invalidField("Idempotency-Key", "malformed", detail: "1 to 255 visible ASCII characters."))
        }
        return key
    }

    /// A page's length from the query, within bounds.
    func limit(default usual: Int, max: Int) throws -> Int {
        guard let text = queryParameter("limit") else { return usual }
        guard let limit = Int(text), (1...max).contains(limit) else {
            throw EdgeRefusal(.invalidField("limit", "out_of_range", detail: "A number from 1 to \(max)."))
        }
        return limit
    }

    /// A time from the query.
    func time(_ name: String) throws -> Timestamp? {
        guard let text = queryParameter(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw EdgeRefusal(.invalidField(name, "malformed", detail: "A time like 2026-11-21T08:00:00Z."))
        }
        return time
    }

    /// A text of bounded length from the query.
    func text(_ name: String, bytesMax: Int) throws -> String? {
        guard let text = queryParameter(name), !text.isEmpty else { return nil }
        guard text.utf8.count <= bytesMax, !text.utf8.contains(0) else {
            throw EdgeRefusal(.invalidField(name, "out_of_range", detail: "At most \(bytesMax) bytes."))
        }
        return text
    }
}
