import HTTP2
import HTTPTypes
import Sessions
import Testing
import Ticketing
import Wire

@testable import Gateway

/// `openapi.yaml`, as it is served, against the routes that are.
struct DescriptionTests {
    /// What a browser loads: no part of the API.
    private static let page: Set<String> = [
        "GET /", "GET /performances/{performance_id}", "GET /orders/{order_id}", "GET /orders/{order_id}/receipt",
        "GET /tickets", "GET /assets/{name}",
        "GET /sw.js", "GET /sandbox/authorize", "POST /sandbox/authorize",
        "GET /payments/{payment_id}/return",
    ]

    private let edge: Edge

    init() throws {
        edge = try Edge()
    }

    private func description() async throws -> OpenAPI {
        let answer = await edge.ask(.get, "/openapi.json")
        #expect(answer.status == 200)
        return try OpenAPI(answer.body)
    }

    @Test func `every route is documented, and every documented operation has its route`() async throws {
        let routed = Set(edge.table.routes.map { "\($0.method.rawValue) \($0.template)" })
        let documented = Set(try await description().operations.map(\.name))
        #expect(routed.subtracting(documented).sorted() == Self.page.sorted())
        #expect(documented.subtracting(routed).sorted() == [])
    }

    @Test func `every operation has a name of its own, and every path says what stands in it`() async throws {
        let operations = try await description().operations
        let names = operations.compactMap { $0.members["operationId"] as? String }
        #expect(names.count == operations.count)
        #expect(Set(names).count == names.count)
        for operation in operations {
            let inPath = operation.parameters.filter { $0["in"] as? String == "path" }
                .compactMap { $0["name"] as? String }
            #expect(
                operation.path.matches(of: /\{(\w+)\}/).map { String($0.1) } == inPath, "\(operation.name)")
        }
    }

    @Test func `every operation tells how it says no, and every reference leads somewhere`() async throws {
        let description = try await description()
        for operation in try description.operations {
            let responses = try #require(operation.members["responses"] as? [String: [String: Any]])
            for (status, response) in responses where status == "default" || status >= "400" {
                let content = try description.resolved(response)["content"] as? [String: Any]
                #expect(content.map { Array($0.keys) } == ["application/problem+json"], "\(operation.name) \(status)")
            }
            #expect(responses["default"] != nil, "\(operation.name) says nothing of its errors")
            #expect(responses.keys.contains { $0 < "400" }, "\(operation.name) says nothing of its success")
        }
        let references = description.references()
        #expect(references.count > 20)
        #expect(references.filter { description.value(at: $0) == nil }.sorted() == [])
    }

    @Test func `every code that a problem can carry is documented, and no other`() async throws {
        let schema = try await description().value(at: "#/components/schemas/Problem/properties/code")
        let codes = (schema as? [String: Any])?["enum"] as? [String] ?? []
        #expect(codes.sorted() == ProblemCode.allCases.map(\.rawValue).sorted())
    }

    @Test func `an operation asks who it is just where the document says so`() async throws {
        for operation in try await description().operations {
            let method = try #require(HTTPRequest.Method(operation.method))
            let answer = await edge.ask(method, operation.example)
            #expect((answer.code == .notSignedIn) == !operation.isOpen, "\(operation.name): \(answer.status)")
        }
    }

    @Test func `an operation asks for a key just where the document says so`() async throws {
        edge.services.answer("customers/sessionStanding") { SessionStanding(isRevoked: false) }
        let fields: HTTPFields = [.authorization: "Bearer \(edge.codec.text(of: edge.session(.organizer)))"]
        for operation in try await description().operations {
            let method = try #require(HTTPRequest.Method(operation.method))
            let answer = await edge.ask(method, operation.example, fields)
            #expect((answer.code == .idempotencyKeyMissing) == operation.isKeyed, "\(operation.name): \(answer.status)")
        }
    }

    @Test func `what is not there is a problem as well`() async throws {
        let unknown = await edge.ask(.get, "/v1/nothing")
        #expect(unknown.status == 404)
        #expect(unknown.code == .notFound)
        let refused = await edge.ask(.delete, "/v1/orders")
        #expect(refused.status == 405)
        #expect(refused.code == .methodNotAllowed)
        #expect(refused.fields[.allow]?.contains("POST") == true)
        #expect(refused.fields[.contentType] == "application/problem+json")
    }
}
