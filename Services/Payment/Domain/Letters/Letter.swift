import Compression
import Courier
import LedgerStore
import QRCode
import Ticketing

/// What a customer is written about an order: pure, the same for the same facts.
struct Letter: Sendable {
    let subject: String
    let text: String
    let html: String
    let images: [MailMessage.Image]

    /// Nil when there is nothing to say any more: tickets none of which is good.
    ///
    /// - Parameters:
    ///   - contentDomain: what the pictures' names end in; the mail's own id.
    ///   - siteURL: the site's address with a slash at its end, if it is known.
    init?(
        about message: StoredMessage, facts: LetterReading, in language: CustomerLanguage, contentDomain: String,
        siteURL: String?
    ) throws {
        let opening: String
        switch message.kind {
        case .ticketsIssued:
            guard !facts.tickets.isEmpty else { return nil }
            subject = language.ticketsSubject(facts.title)
            opening = language.ticketsText
        case .refundMade:
            subject = language.refundSubject(facts.title)
            opening =
                message.amount.amountMinor > 0
                ? language.refundText(MoneyText.text(message.amount)) : language.freeRefundText
        case .performanceCancelled:
            subject = language.cancellationSubject(facts.title)
            opening = language.cancellationText
        // The one nobody is written, the other has a letter of its own.
        case .orderPaid, .seatsOffered: return nil
        }
        let tickets = message.kind == .ticketsIssued ? facts.tickets : []
        images = try tickets.enumerated().map { index, ticket in
            MailMessage.Image(
                contentID: "ticket-\(index + 1).\(contentDomain)", fileName: "ticket-\(index + 1).png",
                mediaType: "image/png", bytes: try Self.picture(of: ticket.code))
        }
        let sheet = LetterSheet(
            language: language, greeting: language.greeting(facts.name), opening: opening, title: facts.title,
            venue: facts.venue, date: language.date(LocalTime(facts.startsAt)), tickets: tickets,
            total: tickets.isEmpty ? nil : MoneyText.text(facts.total), order: facts.orderID.description,
            ticketsURL: tickets.isEmpty ? nil : siteURL.map { "\($0)tickets" },
            receiptURL: message.kind == .performanceCancelled
                ? nil : siteURL.map { "\($0)orders/\(facts.orderID)/receipt" })
        text = sheet.text
        html = sheet.html(pictures: images.map(\.contentID))
    }

    /// Six pixels a module, with the quiet zone of four modules that scanners need.
    private static func picture(of code: String) throws -> [UInt8] {
        let code = try QRCode(text: code)
        let quiet = 4
        let side = code.width + 2 * quiet
        return try MonochromePNG.encode(width: side, height: side, scale: 6) { x, y in
            let (column, row) = (x - quiet, y - quiet)
            return (0..<code.width).contains(column) && (0..<code.width).contains(row)
                && code.isDark(x: column, y: row)
        }
    }
}
