import Contracts
import Foundation
import HTTP2
import HTTPTypes
import Yams

/// The API's own description: `openapi.yaml` as JSON.
struct DescriptionRoutes: Sendable {
    private let document: CompressedDocument

    /// Reads the description; throws `SiteFailure` when it can't be read.
    init(file: String) throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let value = try? Yams.load(yaml: text) as? [String: Any],
            let json = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        else { throw SiteFailure(description: "\(file) is not a readable description of the API") }
        document = try CompressedDocument(bytes: Array(json), mediaType: "application/json")
    }

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/openapi.json", .browse, by: .memory) { request in
            document.response(to: request, cacheControl: Site.askAgain)
        }
    }
}
