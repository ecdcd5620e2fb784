import Foundation
import Testing

/// The description of the API as it is served.
struct OpenAPI {
    /// One documented operation.
    struct Operation {
        let method: String
        let path: String
        let members: [String: Any]
        let parameters: [[String: Any]]

        /// `POST /v1/orders`.
        var name: String { "\(method) \(path)" }
        /// Whether it can be asked by somebody who is not signed in.
        var isOpen: Bool { (members["security"] as? [Any])?.isEmpty == true }
        /// Whether it asks for an `Idempotency-Key`.
        var isKeyed: Bool { parameters.contains { $0["name"] as? String == "Idempotency-Key" } }
        /// The path with something of the right form in the place of each parameter.
        var example: String {
            path.replacing("{provider}", with: "sandbox")
                .replacing(/\{\w+\}/, with: "0198f0a2-7c1e-7000-8000-000000000001")
        }
    }

    let document: [String: Any]

    init(_ json: [UInt8]) throws {
        document = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    }

    /// All operations, in the order of their names.
    var operations: [Operation] {
        get throws {
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let methods = ["get", "put", "post", "delete", "patch", "head", "options"]
            return try paths.flatMap { path, item in
                let shared = item["parameters"] as? [[String: Any]] ?? []
                return try methods.compactMap { method -> Operation? in
                    guard let members = item[method] as? [String: Any] else { return nil }
                    let own = members["parameters"] as? [[String: Any]] ?? []
                    return Operation(
                        method: method.uppercased(), path: path, members: members,
                        parameters: try (shared + own).map { try resolved($0) })
                }
            }.sorted { $0.name < $1.name }
        }
    }

    /// What stands at `#/components/…`.
    func value(at reference: String) -> Any? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as Any?) { value, name in
            (value as? [String: Any])?[String(name)]
        }
    }

    /// The object itself, or what it refers to.
    func resolved(_ object: [String: Any]) throws -> [String: Any] {
        guard let reference = object["$ref"] as? String else { return object }
        return try #require(value(at: reference) as? [String: Any], "\(reference) leads nowhere")
    }

    /// All references of the document.
    func references(in value: Any? = nil) -> Set<String> {
        switch value ?? document {
        case let object as [String: Any]:
            let own = (object["$ref"] as? String).map { [$0] } ?? []
            return object.values.reduce(into: Set(own)) { $0.formUnion(references(in: $1)) }
        case let list as [Any]:
            return list.reduce(into: []) { $0.formUnion(references(in: $1)) }
        default: return []
        }
    }
}
