import Courier
import TestSupport
import Testing

@Suite struct MailTests {
    private func mail(_ text: String = "Hello\r\n") throws -> MailMessage {
        MailMessage(
            from: try #require(Mailbox(name: "", address: "from@example.org")),
            to: try #require(Mailbox(name: "", address: "to@example.net")), subject: "Hello", unixSeconds: 0,
            messageID: "1@example.org", language: "en", text: text, html: "<p>Hello</p>", images: [])
    }

    /// What handing a mail to a server came to.
    private func sending(
        to port: Int, protection: MailServer.Protection = .none, milliseconds: Int = 10_000
    ) async throws -> Result<String, CourierFailure> {
        let courier = Courier()
        let server = MailServer(host: "127.0.0.1", port: port, protection: protection)
        var result: Result<String, CourierFailure>
        do {
            result = .success(try await courier.send(try mail(), over: server, milliseconds: milliseconds))
        } catch let failure as CourierFailure {
            result = .failure(failure)
        }
        try await courier.stop()
        return result
    }

    private func kind(_ result: Result<String, CourierFailure>) -> CourierFailure.Kind? {
        if case .failure(let failure) = result { return failure.kind }
        return nil
    }

    @Test func `a mail arrives as it is, and what the server says is told`() async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        server.answer(at: .body, .say("250 kept as 17"))
        #expect(try await sending(to: server.port).get() == "250 kept as 17")
        let taken = try #require(server.mails.first)
        #expect(taken.from == "from@example.org" && taken.to == "to@example.net")
        #expect(taken.text == String(decoding: try mail().bytes(), as: UTF8.self))
    }

    @Test func `mails after each other share a connection`() async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        let courier = Courier()
        let destination = MailServer(host: "127.0.0.1", port: server.port, protection: .none)
        for _ in 0..<3 { _ = try await courier.send(try mail(), over: destination, milliseconds: 10_000) }
        #expect(server.mails.count == 3)
        #expect(server.reached(.greeting) == 1)
        try await courier.stop()
    }

    @Test(
        arguments: [
            (TestMailServer.Step.greeting, "421 later", 421), (.sender, "451 not from you", 451),
            (.recipient, "550 5.1.1 no such user", 550), (.data, "452 full", 452), (.body, "554 spam", 554),
        ]) func `a refusal is told with its code`(step: TestMailServer.Step, says: String, code: Int) async throws
    {
        let server = try TestMailServer()
        defer { server.stop() }
        server.answer(at: step, .say(says))
        let result = try await sending(to: server.port)
        guard case .failure(let failure) = result else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.kind == .refused(code: code))
        #expect(failure.description.contains(says))
        #expect(server.mails.isEmpty)
    }

    @Test(arguments: TestMailServer.Step.allCases) func `silence ends in time`(step: TestMailServer.Step) async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        server.answer(at: step, .silence)
        #expect(kind(try await sending(to: server.port, milliseconds: 300)) == .timedOut)
    }

    @Test(arguments: TestMailServer.Step.allCases) func `a server that goes away is a failure`(
        step: TestMailServer.Step
    ) async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        server.answer(at: step, .hangUp)
        #expect(kind(try await sending(to: server.port)) != nil)
    }

    @Test(arguments: TestMailServer.Step.allCases) func `half a reply is none`(step: TestMailServer.Step) async throws {
        let server = try LineServer { conversation in
            let replies = ["220 hello\r\n", "250 hello\r\n", "250 from\r\n", "250 to\r\n", "354 go\r\n"]
            let whole = TestMailServer.Step.allCases.firstIndex(of: step) ?? 0
            for (index, reply) in replies.prefix(whole).enumerated() {
                if index > 0 { _ = conversation.line() }
                conversation.send(reply)
            }
            conversation.send("25")
            conversation.waitForEnd()
        }
        defer { server.stop() }
        #expect(kind(try await sending(to: server.port, milliseconds: 300)) != nil)
    }

    @Test(arguments: ["2", "250-and another line\r\n", "\r\n", "\u{0}\u{FFFD}"])
    func `a server that never stops talking is stopped`(piece: String) async throws {
        let server = try LineServer { conversation in
            while conversation.send(String(repeating: piece, count: 1_000)) {}
        }
        defer { server.stop() }
        #expect(kind(try await sending(to: server.port, milliseconds: 3_000)) != nil)
    }

    @Test func `a server that refuses and then ignores a goodbye is left alone`() async throws {
        let server = try LineServer { conversation in
            conversation.send("220 hello\r\n")
            for reply in ["250 hello\r\n", "250 from\r\n", "550 nobody\r\n"] {
                _ = conversation.line()
                conversation.send(reply)
            }
            conversation.waitForEnd()
        }
        defer { server.stop() }
        let result = try await within(.seconds(30), "the refusal is told") {
            try await sending(to: server.port, milliseconds: 1_000)
        }
        #expect(kind(result) == .refused(code: 550))
    }

    @Test func `where STARTTLS is wanted and not offered, nothing is said`() async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        #expect(kind(try await sending(to: server.port, protection: .starttls)) != nil)
        #expect(server.reached(.sender) == 0)
    }

    @Test func `what nobody waits for any more is not begun`() async throws {
        let server = try TestMailServer()
        defer { server.stop() }
        let courier = Courier()
        let mail = try mail()
        let sending = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await courier.send(
                mail, over: MailServer(host: "127.0.0.1", port: server.port, protection: .none), milliseconds: 5_000)
        }
        let failure = await #expect(throws: CourierFailure.self) { try await sending.value }
        #expect(failure?.kind == .stopped)
        #expect(server.mails.isEmpty)
        try await courier.stop()
    }
}
