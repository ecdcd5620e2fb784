import Glibc
import LedgerStore
import TestSupport
import Testing
import Ticketing

@testable import Payment

/// The executable, killed while it hands a mail over, and its successor.
@Suite struct `A process that is killed while it writes to a customer` {
    private func settings(_ stage: Stage, _ mail: TestMailServer) -> [String: String] {
        [
            "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:\(stage.databases.server.port)",
            "BOXOFFICE_DATABASE_NAME": stage.ledgerName, "BOXOFFICE_DATABASE_USER": TestDatabases.serviceRole,
            "BOXOFFICE_SANDBOX_DATABASE_NAME": stage.bookName,
            "BOXOFFICE_INTERNAL_ADDRESS": "127.0.0.1:\(FreePort.find())",
            "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(FreePort.find())",
            "BOXOFFICE_SERVICE_KEYS": "test:" + String(repeating: "07", count: 32),
            "BOXOFFICE_SANDBOX_KEYS": "test:" + String(repeating: "08", count: 32),
            "BOXOFFICE_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:\(FreePort.find())/v1/webhooks/sandbox",
            "BOXOFFICE_REDIS_ADDRESS": "127.0.0.1:\(FreePort.find())",
            "BOXOFFICE_MAIL_SERVER": "127.0.0.1:\(mail.port)", "BOXOFFICE_MAIL_PROTECTION": "none",
            "BOXOFFICE_MAIL_FROM": "tickets@example.org", "BOXOFFICE_MESSAGE_SECONDS": "1",
        ]
    }

    /// What reached the mail server when a process was killed at a step and the next one did the rest.
    private func mails(
        killedAt step: TestMailServer.Step, while answer: TestMailServer.Answer
    ) async throws -> [TestMailServer.Mail] {
        let server = try TestMailServer()
        defer { server.stop() }
        return try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            server.answer(at: step, answer)
            let first = try ServiceProcess("payment", settings: settings(stage, server))
            try first.start()
            try await eventually("it is killed at the step") { server.reached(step) > 0 }
            first.signal(SIGKILL)
            _ = try await first.ending()

            server.answer(at: step, nil)
            let second = try ServiceProcess("payment", settings: settings(stage, server))
            try second.start()
            defer { second.signal(SIGKILL) }
            try await eventually("the mail is finished") {
                try await stage.column(
                    "SELECT count(*) FROM delivery WHERE consumer = 'mail' AND finished_at IS NOT NULL") == ["1"]
            }
            return server.mails
        }
    }

    @Test(arguments: TestMailServer.Step.allCases) func `leaves it to the next, which sends it once`(
        step: TestMailServer.Step
    ) async throws {
        #expect(try await mails(killedAt: step, while: .silence).count == 1)
    }

    @Test func `after the server took it has the next one send the same mail again`() async throws {
        let mails = try await mails(killedAt: .body, while: .takeAndSilence)
        #expect(mails.count == 2)
        #expect(mails.first == mails.last)
    }
}
