import Foundation
import HTTP2
import HTTPTypes
import NIOCore

/// A request of a provider's client, read.
struct StandInRequest: Sendable {
    static let bodyBytesMax = 65_536

    let path: PathParameters
    let query: [String: String]
    let body: [UInt8]
    let key: String?
    let credential: String?

    init?(_ request: ServerRequest) async {
        guard let body = try? await request.body.collect(upTo: Self.bodyBytesMax) else { return nil }
        self.body = Array(body.readableBytesView)
        path = request.pathParameters
        query = Dictionary(request.queryParameters.map { ($0.name, $0.value) }) { first, _ in first }
        key = request.headerFields[HTTPField.Name("Idempotency-Key")!]
        credential = request.headerFields[.authorization]
    }

    /// The body as a form's fields.
    var form: [String: String] { Self.fields(String(decoding: body, as: UTF8.self)) }

    static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[decoded(halves[0])] = halves.count == 2 ? decoded(halves[1]) : ""
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String {
        String(text.replacing("+", with: " ")).removingPercentEncoding ?? String(text)
    }
}
