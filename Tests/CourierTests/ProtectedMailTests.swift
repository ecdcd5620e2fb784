import Courier
import TestSupport
import Testing

/// With another one's SMTP server, its TLS and its logins.
@Suite struct ProtectedMailTests {
    private func send(
        to catcher: MailCatcher, password: String? = "secret", authority: String? = nil,
        protection: MailServer.Protection = .starttls
    ) async throws -> CourierFailure? {
        let courier = Courier()
        let mail = MailMessage(
            from: try #require(Mailbox(name: "", address: "from@example.org")),
            to: try #require(Mailbox(name: "받는 사람", address: "to@example.net")), subject: "안녕하세요", unixSeconds: 0,
            messageID: "1@example.org", language: "ko", text: ".\r\n..\r\nlast\r\n", html: "<p>.</p>", images: [])
        let server = MailServer(
            host: "localhost", port: catcher.port, protection: protection,
            login: password.map { MailServer.Login(user: "box", password: $0) },
            authorityFile: authority ?? catcher.authority)
        var failure: CourierFailure?
        do {
            _ = try await courier.send(mail, over: server, milliseconds: 10_000)
        } catch let thrown as CourierFailure {
            failure = thrown
        }
        try await courier.stop()
        return failure
    }

    @Test func `a mail goes by STARTTLS and a login, and does not go without`() async throws {
        let catcher = try await MailCatcher(login: "box:secret")
        defer { catcher.kill() }
        #expect(try await send(to: catcher) == nil)
        #expect(catcher.mails.count == 1)
        #expect(catcher.mails.first?.contains("Message-ID: <1@example.org>") == true)

        let wrong = try await send(to: catcher, password: "wrong-and-secret")
        #expect(wrong != nil)
        #expect(wrong?.description.contains("wrong-and-secret") == false)
        #expect(try await send(to: catcher, password: nil) != nil)
        #expect(try await send(to: catcher, protection: .none) != nil)
        // Its certificate is signed by none of the system's authorities.
        #expect(try await send(to: catcher, authority: "/etc/ssl/certs/ca-certificates.crt") != nil)
        #expect(catcher.mails.count == 1)
    }
}
