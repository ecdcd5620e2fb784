import Glibc

/// A mail in plain text and HTML with pictures inside (RFC 5322, RFC 2046, RFC 2387). The same parts always make the
/// same bytes: a mail that is sent again is the same mail.
public struct MailMessage: Hashable, Sendable {
    /// A picture that the HTML shows as `cid:…`.
    public struct Image: Hashable, Sendable {
        /// Without brackets: letters, digits, `-`, `.` and one `@`.
        public let contentID: String
        /// What a reader saves it as: letters, digits, `-` and `.`.
        public let fileName: String
        /// `image/png` and the like.
        public let mediaType: String
        /// The picture.
        public let bytes: [UInt8]

        /// A picture.
        public init(contentID: String, fileName: String, mediaType: String, bytes: [UInt8]) {
            self.contentID = contentID
            self.fileName = fileName
            self.mediaType = mediaType
            self.bytes = bytes
        }
    }

    /// Who writes.
    public let from: Mailbox
    /// Who is written to.
    public let to: Mailbox
    /// What it is about.
    public let subject: String
    /// When what it tells of happened, in seconds since the Unix epoch.
    public let unixSeconds: Int64
    /// The same for each time that it is sent: `…@…`, without brackets. Servers and readers know a repetition by it.
    public let messageID: String
    /// `en`, `ko`: what a screen reader needs.
    public let language: String
    /// For who reads plain text.
    public let text: String
    /// For everybody else.
    public let html: String
    /// What the HTML shows.
    public let images: [Image]

    /// A mail of known parts.
    public init(
        from: Mailbox, to: Mailbox, subject: String, unixSeconds: Int64, messageID: String, language: String,
        text: String, html: String, images: [Image]
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.unixSeconds = unixSeconds
        self.messageID = messageID
        self.language = language
        self.text = text
        self.html = html
        self.images = images
    }

    /// The mail as it travels, before SMTP's own dots.
    public func bytes() -> [UInt8] {
        var mail = """
            Date: \(Self.date(unixSeconds))\r
            From: \(from.field)\r
            To: \(to.field)\r
            Subject: \(MIMEText.phrase(subject))\r
            Message-ID: <\(messageID)>\r
            Auto-Submitted: auto-generated\r
            Content-Language: \(language)\r
            MIME-Version: 1.0\r
            Content-Type: multipart/alternative; boundary="\(Self.outer)"\r
            \r
            --\(Self.outer)\r
            \(Self.part("text/plain; charset=utf-8", Array(text.utf8)))\
            --\(Self.outer)\r

            """
        mail += related()
        mail += "--\(Self.outer)--\r\n"
        return Array(mail.utf8)
    }

    private func related() -> String {
        let page = Self.part("text/html; charset=utf-8", Array(html.utf8))
        if images.isEmpty { return page }
        var related = "Content-Type: multipart/related; type=\"text/html\"; boundary=\"\(Self.inner)\"\r\n\r\n"
        related += "--\(Self.inner)\r\n\(page)"
        for image in images {
            let fields =
                "\(image.mediaType)\r\nContent-ID: <\(image.contentID)>\r\n"
                + "Content-Disposition: inline; filename=\"\(image.fileName)\""
            related += "--\(Self.inner)\r\n\(Self.part(fields, image.bytes))"
        }
        return related + "--\(Self.inner)--\r\n"
    }

    // What is inside them is base64, which has no underscore.
    private static let outer = "=_alternative"
    private static let inner = "=_related"

    private static func part(_ type: String, _ bytes: [UInt8]) -> String {
        "Content-Type: \(type)\r\nContent-Transfer-Encoding: base64\r\n\r\n\(MIMEText.lines(of: bytes))"
    }

    private static func date(_ unixSeconds: Int64) -> String {
        var seconds = time_t(unixSeconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        // The names of days and months are those of the C locale, which is the one of a process that set no other.
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S +0000", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
