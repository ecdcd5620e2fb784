import Foundation
import Glibc
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Ticketing
import Wire

/// The executable, with the other services by script behind real sockets.
struct GatewayServiceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func settings(publicPort: Int, admin: Int, services: Int) -> [String: String] {
        let key = "test:" + String(repeating: "07", count: 32)
        var settings = [
            "BOXOFFICE_PUBLIC_ADDRESS": "127.0.0.1:\(publicPort)", "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(admin)",
            "BOXOFFICE_WEB_ROOT": Self.root.appending(path: "Services/Gateway/Web").path,
            "BOXOFFICE_OPENAPI_FILE": Self.root.appending(path: "Services/Gateway/openapi.yaml").path,
            "BOXOFFICE_COOKIE_SECURE": "true",
        ]
        for name in ["SERVICE", "SESSION", "FINGERPRINT", "ADMISSION"] { settings["BOXOFFICE_\(name)_KEYS"] = key }
        for name in ["SEAT_RESERVATION", "PAYMENT", "REALTIME_PUSH"] {
            settings["BOXOFFICE_\(name)_REPLICAS"] = "127.0.0.1:\(services)"
        }
        return settings
    }

    /// A service that knows one account and no event.
    private func scripted() throws -> RouteTable {
        let account = CustomerResource(
            customerId: CustomerID(at: .now), email: "a@example.com", name: "A", role: .customer)
        let signIn = try WireJSON.encode(SignInAnswer.signedIn(account))
        let events = try WireJSON.encode(try Answer(ListResource<String>(items: [])))
        let feed = try WireJSON.encode(RevocationFeedResponse(revocations: [], cursor: .now))
        var table = RouteTable()
        for (path, bytes) in [
            ("/actors/customers/{id}/signIn", signIn), ("/actors/catalogue/{id}/events", events),
            ("/actors/customers/{id}/revocations", feed),
        ] {
            table.on(.post, path) { _ in ServerResponse(status: .ok, body: .bytes(ByteBuffer(bytes: bytes))) }
        }
        return table
    }

    @Test func `it serves the page, signs people in, counts its cache, and stops`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let services = HTTPServer(settings: .internalListener, logger: logger, handler: try scripted().handler())
        let servicesPort = try await services.start(on: group, host: "127.0.0.1", port: 0)
        let (publicPort, adminPort) = (FreePort.find(), FreePort.find())
        let process = try ServiceProcess(
            "gateway", settings: settings(publicPort: publicPort, admin: adminPort, services: servicesPort))
        try process.start()
        defer { process.signal(SIGKILL) }
        let admin = AdminPort(port: adminPort)
        try await admin.waitUntilReady()
        #expect(admin.get("/livez").status == 200)

        let client = HTTPClient(group: group, logger: logger)
        func ask(
            _ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:], _ body: String = ""
        ) async throws -> (head: HTTPResponse, text: String) {
            let request = ClientRequest(
                method: method, path: path, headerFields: fields, body: ByteBuffer(string: body))
            let response = try await client.execute(
                request, to: Endpoint(host: "127.0.0.1", port: publicPort), deadline: .now + .seconds(20))
            return (response.head, String(buffer: try await response.body.collect(upTo: 10_000_000)))
        }
        #expect(try await ask(.get, "/").text.lowercased().hasPrefix("<!doctype html>"))
        #expect(try await ask(.get, "/assets/..%2f..%2fopenapi.yaml").head.status.code == 404)

        let json: HTTPFields = [.contentType: "application/json"]
        let signedIn = try await ask(
            .post, "/v1/sessions", json, #"{"email":"a@example.com","password":"correct horse"}"#)
        #expect(signedIn.head.status.code == 201)
        let cookie = try #require(signedIn.head.headerFields[.setCookie])
        for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(flag)) }
        let session = try WireJSON.decode(SessionResource.self, from: Array(signedIn.text.utf8))
        #expect(cookie.hasPrefix("session=\(try #require(session.sessionToken));"))

        for _ in 0..<3 { #expect(try await ask(.get, "/v1/events").head.status.code == 200) }
        let metrics = admin.get("/metrics").body
        #expect(metrics.contains(#"cache_misses_total{cache="catalogue"} 1"#))
        #expect(metrics.contains(#"cache_hits_total{cache="catalogue"} 2"#))
        #expect(admin.strangeMetricLines() == [])

        // A header that belongs to the house counts for nothing out here, and harms nobody.
        let forged: HTTPFields = [HTTPField.Name("service-credential")!: "test.x.-9223372036854775808.00"]
        #expect(try await ask(.get, "/v1/events", forged).head.status.code == 200)
        client.shutdown()
        process.signal(SIGTERM)
        #expect(try await process.ending(within: .seconds(10)).status == 0)
        await services.shutdown()
    }

    @Test func `without the other services it says so, and when to come back`() async throws {
        let (publicPort, adminPort) = (FreePort.find(), FreePort.find())
        let process = try ServiceProcess(
            "gateway", settings: settings(publicPort: publicPort, admin: adminPort, services: FreePort.find()))
        try process.start()
        defer { process.signal(SIGKILL) }
        try await AdminPort(port: adminPort).waitUntilReady()
        let answer = AdminPort(port: publicPort).get("/v1/events")
        #expect(answer.status == 503)
        let problem = try WireJSON.decode(Problem.self, from: Array(answer.body.utf8))
        #expect(problem.code == .ledgerUnavailable)
        #expect(problem.retryAfterSeconds == 1)
    }

    @Test func `it is not ready while it knows no replica`() async throws {
        let (publicPort, adminPort) = (FreePort.find(), FreePort.find())
        var settings = settings(publicPort: publicPort, admin: adminPort, services: 1)
        settings["BOXOFFICE_PAYMENT_REPLICAS"] = "dns:no-such-name.invalid:8081"
        let process = try ServiceProcess("gateway", settings: settings)
        try process.start()
        defer { process.signal(SIGKILL) }
        let admin = AdminPort(port: adminPort)
        try await eventually("it lives") { admin.get("/livez").status == 200 }
        #expect(admin.get("/readyz").body == #"{"ready":false,"reasons":["payment: no replica is known"]}"#)
    }

    @Test func `a missing setting is one line and 78`() async throws {
        var settings = settings(publicPort: 1, admin: 2, services: 3)
        settings["BOXOFFICE_SESSION_KEYS"] = nil
        let ending = try await ServiceProcess.run("gateway", settings: settings)
        #expect(ending.status == 78)
        #expect(ending.errors.split(separator: "\n").count == 1)
        #expect(ending.errors.hasPrefix("BOXOFFICE_SESSION_KEYS"))
    }
}
