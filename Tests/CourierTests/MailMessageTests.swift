import Courier
import Testing

@Suite struct MailMessageTests {
    private func mail(subject: String = "Hello", name: String = "Somebody") throws -> MailMessage {
        MailMessage(
            from: try #require(Mailbox(name: "Box Office", address: "tickets@example.org")),
            to: try #require(Mailbox(name: name, address: "somebody@example.net")), subject: subject,
            unixSeconds: 1_795_248_000, messageID: "1@example.org", language: "ko", text: "Plain\r\n",
            html: "<p>HTML</p>",
            images: [MailMessage.Image(contentID: "a@b", fileName: "a.png", mediaType: "image/png", bytes: [1, 2, 3])])
    }

    private func lines(_ mail: MailMessage) -> [String] {
        String(decoding: mail.bytes(), as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func `the same mail is the same bytes, with its id, its date and all its parts`() throws {
        let lines = lines(try mail())
        #expect(lines == self.lines(try mail()))
        #expect(lines.contains("Message-ID: <1@example.org>"))
        #expect(lines.contains("Date: Sat, 21 Nov 2026 08:00:00 +0000"))
        #expect(lines.contains("From: Box Office <tickets@example.org>"))
        #expect(lines.contains("Content-ID: <a@b>"))
        #expect(lines.contains("AQID"))
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 0x80 } })
        #expect(!lines.contains { $0.contains("\n") || $0.contains("\r") })
    }

    @Test(arguments: [
        "Two\r\nBcc: everybody@example.net", "예매 완료: 아이유 콘서트 — The Golden Hour 오렌지 태양 아래", "\"quoted\" <b@c>", "",
        String(repeating: "긴 제목 ", count: 100),
    ]) func `no subject and no name ends its header`(text: String) throws {
        let lines = lines(try mail(subject: text, name: text))
        let head = lines.prefix { !$0.isEmpty }
        #expect(head.allSatisfy { $0.hasPrefix(" ") || $0.wholeMatch(of: /[A-Z][A-Za-z-]+: .*/) != nil })
        #expect(!head.contains { $0.hasPrefix("Bcc") })
        #expect(head.count { $0.hasPrefix("Subject: ") } == 1)
        #expect(head.allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b>", "a@b,c@d", "\u{0}@b",
        String(repeating: "a", count: 250) + "@example.org",
    ]) func `what could end a command is no address`(text: String) {
        #expect(Mailbox(name: "", address: text) == nil)
    }

    @Test func `an address of any language is one`() {
        #expect(Mailbox(name: "", address: "사용자@예시.한국") != nil)
        #expect(Mailbox(name: "", address: "first.last+tag@sub.example.org") != nil)
    }
}
