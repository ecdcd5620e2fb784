import Foundation
import Glibc
import LedgerStore
import Proof
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

/// The audit and the verifier as they are delivered: exit codes, JSON, a standby, a file without any database.
struct AuditServiceTests {
    private static func settings(_ server: PostgresServer, ledger: String, book: String) -> [String: String] {
        [
            "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:\(server.port)", "BOXOFFICE_DATABASE_NAME": ledger,
            "BOXOFFICE_DATABASE_USER": "postgres", "BOXOFFICE_DATABASE_OWNER_USER": "postgres",
            "BOXOFFICE_SANDBOX_DATABASE_NAME": book,
            "BOXOFFICE_SANDBOX_KEYS": "test:" + String(repeating: "08", count: 32),
            "BOXOFFICE_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:1/",
        ]
    }

    private static func report(_ ending: ServiceProcess.Ending) throws -> AuditReport {
        try WireJSON.decode(AuditReport.self, from: Array(ending.output.utf8))
    }

    @Test func `it asks the standby, tells how far that is behind, and says loudly when it asks the primary`()
        async throws
    {
        let primary = try PostgresServer()
        try primary.startAndWait()
        defer { primary.process.kill() }
        var settings = Self.settings(
            primary, ledger: try primary.makeDatabase(), book: try primary.makeDatabase())
        #expect(try await ServiceProcess.run("seat-reservation", ["migrate"], settings: settings).status == 0)
        #expect(try await ServiceProcess.run("payment", ["sandbox-migrate"], settings: settings).status == 0)
        let alone = try await ServiceProcess.run("payment", ["audit", "--json", "--on-standby"], settings: settings)
        #expect(alone.status == 78)
        #expect(alone.errors.hasPrefix("BOXOFFICE_STANDBY_ADDRESS"))

        let standby = try PostgresServer(standbyOf: primary)
        try standby.startAndWait()
        defer { standby.process.kill() }
        settings["BOXOFFICE_STANDBY_ADDRESS"] = "127.0.0.1:\(standby.port)"
        let asked = try await ServiceProcess.run("payment", ["audit", "--json", "--on-standby"], settings: settings)
        #expect(asked.status == 0, "\(asked.output)\(asked.errors)")
        #expect(asked.errors == "")
        let server = try Self.report(asked).server
        #expect(server.role == "standby")
        #expect(server.lagMilliseconds != nil)
        #expect(server.logPosition.contains("/"))
        let forced = try await ServiceProcess.run("payment", ["audit", "--json", "--on-primary"], settings: settings)
        #expect(try Self.report(forced).server.role == "primary")

        standby.process.kill()
        let fallen = try await ServiceProcess.run("payment", ["audit", "--json"], settings: settings)
        #expect(fallen.status == 0)
        #expect(fallen.errors.contains("THE STANDBY"))
        #expect(try Self.report(fallen).server.role == "primary")
        #expect(try Self.report(fallen).server.fallback != nil)

        primary.process.kill()
        let gone = try await ServiceProcess.run("payment", ["audit", "--json"], settings: settings)
        #expect(gone.status == 2)
        #expect(gone.output == "")
        #expect(gone.errors.contains("The audit could not be made"))
    }

    @Test func `findings are exit code 1, a seat's life and a past instant are told`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([4], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
            let settings = Self.settings(
                stage.databases.server, ledger: stage.ledgerName, book: stage.bookName)
            let clean = try await ServiceProcess.run("payment", ["audit"], settings: settings)
            #expect(clean.status == 0, "\(clean.output)\(clean.errors)")
            #expect(clean.output.hasSuffix("nothing is wrong\n"))
            let life = try await ServiceProcess.run(
                "payment", ["audit", "--seat", "\(sale.performanceID):4"], settings: settings)
            #expect(life.status == 0)
            #expect(life.output.contains("order \(order.orderId)"))
            let past = try await ServiceProcess.run(
                "payment",
                ["audit", "--json", "--at", "2100-01-01T00:00:00Z", "--performance", "\(sale.performanceID)"],
                settings: settings)
            #expect(past.status == 0)
            #expect(try WireJSON.decode(PastState.self, from: Array(past.output.utf8)).map?.sold == 1)
            let nowhere = try await ServiceProcess.run(
                "payment", ["audit", "--at", "2100-01-01T00:00:00Z", "--performance", "\(PerformanceID(at: .now))"],
                settings: settings)
            #expect(nowhere.status == 2)

            try await stage.ledger("DELETE FROM ticket")
            let bad = try await ServiceProcess.run("payment", ["audit", "--json"], settings: settings)
            #expect(bad.status == 1)
            #expect(try Self.report(bad).findings.map(\.check).contains("seat_sold_without_ticket"))
        }
    }

    @Test func `a ticket's file is verified without any setting, and whoever altered it is told what is wrong`()
        async throws
    {
        let proof = try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([4, 5], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)
            let ticket = try #require(try await stage.tickets.tickets(of: customer, after: nil, limit: 1).first)
            let words = try #require(try await stage.proofStore.ticket(ticket.ticketId, of: customer))
            return (try #require(try await stage.desk.proof(of: words, at: .now)), ticket.code)
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "proof-\(PaymentID(at: .now)).json")
        defer { try? FileManager.default.removeItem(at: file) }
        func verify(_ proof: TicketProofResource, _ arguments: String...) async throws -> ServiceProcess.Ending {
            try Data(try WireJSON.encode(proof)).write(to: file)
            return try await ServiceProcess.run("payment", ["verify-ticket", file.path] + arguments, settings: [:])
        }
        let key = try #require(ProofSettings.signers(ProofSettings.forTests.keys).first).resource.publicKey
        let valid = try await verify(proof.0, "--key", key, "--code", proof.1.lowercased())
        #expect(valid.status == 0, "\(valid.output)\(valid.errors)")
        #expect(valid.output.contains("VALID"))
        #expect(valid.output.contains(proof.0.ticket.seatLabel))
        #expect(try await verify(proof.0).status == 3)
        #expect(try await verify(proof.0, "--key", String(repeating: "0", count: 64)).status == 1)
        var altered = proof.0
        altered.ticket.seatLabel = "A better seat"
        let refused = try await verify(altered, "--key", key)
        #expect(refused.status == 1)
        #expect(refused.output.hasPrefix("NOT VALID (ticket_not_issued)"))
        try Data("{".utf8).write(to: file)
        let unreadable = try await ServiceProcess.run("payment", ["verify-ticket", file.path], settings: [:])
        #expect(unreadable.status == 2)
        #expect(try await ServiceProcess.run("payment", ["verify-ticket", "/nowhere"], settings: [:]).status == 2)
    }
}
