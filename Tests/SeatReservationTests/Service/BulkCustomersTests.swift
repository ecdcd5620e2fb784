import Foundation
import LedgerStore
import Sessions
import TestSupport
import Testing
import Ticketing
import Wire

@testable import SeatReservation

/// Customers by the thousand, for load tests and nobody else.
struct BulkCustomersTests {
    private static let keyText = "test:" + String(repeating: "07", count: 32)
    private let codec = SessionTokenCodec(keys: [("test", [UInt8](repeating: 7, count: 32))])

    @Test func `each has an address, an id and a session of its own`() throws {
        let now = Timestamp.now
        let bulk = BulkCustomers(run: "r", emailDomain: "x.example", codec: codec, issuedAt: now, sessionSeconds: 60)
        let customers = bulk.customers(5..<45)
        #expect(customers.map(\.email).first == "r-5@x.example")
        #expect(Set(customers.map(\.email)).count == 40 && Set(customers.map(\.customerID)).count == 40)
        #expect(Set(customers.map(\.passwordHash)).count == 40)
        let lines = try bulk.lines(for: customers).split(separator: UInt8(ascii: "\n"))
        let tokens = try lines.map { line in
            try codec.token(of: WireJSON.decode(CustomerSessionResource.self, from: line).sessionToken, at: now)
        }
        #expect(tokens.map(\.customerID) == customers.map(\.customerID))
        #expect(Set(tokens.map(\.sessionID)).count == 40)
        #expect(tokens.allSatisfy { $0.role == .customer && $0.expiresAt == now.advanced(bySeconds: 60) })
    }

    @Test(arguments: ["", "unusable", "unusable$"])
    func `no password is theirs`(password: String) async throws {
        let hasher = PasswordHasher(threads: 1, waitingMax: 1)
        #expect(try await hasher.matches(password, BulkCustomers.unusableHash()) == false)
        try await hasher.stop()
    }

    @Test func `they are made only where it is allowed, and only into a new file`() async throws {
        let databases = try ServiceDatabases()
        #expect(try await ServiceProcess.run("seat-reservation", ["migrate"], settings: databases.settings).status == 0)
        let file = FileManager.default.temporaryDirectory.appending(path: "customers-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        var settings = databases.settings
        settings["BOXOFFICE_SESSION_KEYS"] = Self.keyText
        let arguments = ["create-customers", "--count", "4500", "--file", file]

        let forbidden = try await ServiceProcess.run("seat-reservation", arguments, settings: settings)
        #expect(forbidden.status == 78)
        #expect(forbidden.errors.hasPrefix("BOXOFFICE_BULK_CUSTOMERS"))
        #expect(!FileManager.default.fileExists(atPath: file))

        settings["BOXOFFICE_BULK_CUSTOMERS"] = "allowed"
        let made = try await ServiceProcess.run("seat-reservation", arguments, settings: settings)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("\"customers\":4500"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.split(separator: "\n").count == 4_500)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let count = "SELECT count(*) FROM customer JOIN customer_profile USING (customer_id) WHERE role = 'customer'"
        #expect(try databases.server.execute(count, in: databases.ledger) == "4500")

        let again = try await ServiceProcess.run("seat-reservation", arguments, settings: settings)
        #expect(again.status != 0)
        #expect(again.errors.contains("exists already"))
        #expect(try databases.server.execute(count, in: databases.ledger) == "4500")
    }
}
