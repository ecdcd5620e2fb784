import LedgerStore
import Ticketing

/// A letter's parts, laid out as plain text and as HTML.
struct LetterSheet: Sendable {
    let language: CustomerLanguage
    let greeting: String
    let opening: String
    let title: String
    let venue: String
    let date: String
    let tickets: [LetterReading.Ticket]
    let total: String?
    let order: String
    let ticketsURL: String?
    let receiptURL: String?

    /// Lines end in CRLF, as mail has them.
    var text: String {
        var lines = [greeting, "", opening, "", title, venue, date, ""]
        for ticket in tickets {
            lines += ["\(ticket.seatLabel)   \(MoneyText.text(ticket.price))"]
            lines += ["    \(language.codeLabel): \(ticket.code)", ""]
        }
        if let total { lines.append("\(language.totalLabel): \(total)") }
        lines.append("\(language.orderLabel): \(order)")
        if let ticketsURL { lines += ["", language.ticketsLink(ticketsURL)] }
        if let receiptURL { lines += ["", language.receiptLink(receiptURL)] }
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// `pictures` are the content ids of the tickets' QR codes, in their order.
    func html(pictures: [String]) -> String {
        var rows = ""
        for (ticket, picture) in zip(tickets, pictures) {
            rows += """
                <tr><td style="padding:16px 0;border-top:1px solid #ddd">\
                <img src="cid:\(picture)" alt="\(Self.escaped(ticket.code))" width="200" height="200"></td>\
                <td style="padding:16px;border-top:1px solid #ddd;vertical-align:top">\
                <strong>\(Self.escaped(ticket.seatLabel))</strong><br>\(Self.escaped(MoneyText.text(ticket.price)))<br>\
                \(language.codeLabel): <code>\(Self.escaped(ticket.code))</code></td></tr>

                """
        }
        let sum = total.map { "\(language.totalLabel): <strong>\(Self.escaped($0))</strong><br>" } ?? ""
        let links = [ticketsURL.map { ($0, language.ticketsLink) }, receiptURL.map { ($0, language.receiptLink) }]
            .compactMap { $0 }.map { Self.linked($0.0, in: $0.1) }.joined()
        return """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8"><title>\(Self.escaped(title))</title></head>
            <body style="font-family:sans-serif;color:#111;background:#fff;max-width:36em;margin:0 auto;padding:16px">
            <p>\(Self.escaped(greeting))</p>
            <p>\(Self.escaped(opening))</p>
            <h1 style="font-size:20px;margin:24px 0 4px">\(Self.escaped(title))</h1>
            <p style="margin:0 0 16px">\(Self.escaped(venue))<br>\(Self.escaped(date))</p>
            <table role="presentation" style="border-collapse:collapse">
            \(rows)</table>
            <p>\(sum)\(language.orderLabel): \(Self.escaped(order))</p>
            \(links)
            </body></html>

            """
    }

    /// A paragraph of words around an address.
    static func linked(_ url: String, in words: (String) -> String) -> String {
        let shown = escaped(url)
        let words = words("\u{1}").split(separator: "\u{1}").map(String.init)
        return "<p>\(words.joined())<a href=\"\(shown)\">\(shown)</a></p>"
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
