import LedgerStore
import Ticketing

/// What somebody is written who waited for seats, and has some held now: pure, the same for the same facts.
struct OfferLetter: Sendable {
    let subject: String
    let text: String
    let html: String

    /// Nil when the offer is over: there is nothing to be glad about.
    ///
    /// - Parameter siteURL: the site's address with a slash at its end, if it is known.
    init?(about facts: OfferReading, in language: CustomerLanguage, siteURL: String?) {
        guard facts.isOpen else { return nil }
        subject = language.offerSubject(facts.title)
        let url = siteURL.map { "\($0)performances/\(facts.performanceID)" }
        let deadline = language.offerText(until: language.date(LocalTime(facts.expiresAt)))
        let opening = [language.greeting(facts.name), "", deadline, ""]
        let occasion = [facts.title, facts.venue, language.date(LocalTime(facts.startsAt)), ""]
        let total = "\(language.totalLabel): \(MoneyText.text(facts.total))"
        let link = url.map { ["", language.offerLink($0)] } ?? []
        text = (opening + occasion + facts.seatLabels + [total] + link).map { $0 + "\r\n" }.joined()
        let seats = facts.seatLabels.map { "<li>\(LetterSheet.escaped($0))</li>" }.joined()
        let linked = url.map { LetterSheet.linked($0, in: language.offerLink) } ?? ""
        html = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8">\
            <title>\(LetterSheet.escaped(facts.title))</title></head>
            <body style="font-family:sans-serif;color:#111;background:#fff;max-width:36em;margin:0 auto;padding:16px">
            <p>\(LetterSheet.escaped(language.greeting(facts.name)))</p>
            <p>\(LetterSheet.escaped(deadline))</p>
            <h1 style="font-size:20px;margin:24px 0 4px">\(LetterSheet.escaped(facts.title))</h1>
            <p style="margin:0 0 16px">\(LetterSheet.escaped(facts.venue))<br>\
            \(LetterSheet.escaped(language.date(LocalTime(facts.startsAt))))</p>
            <ul>\(seats)</ul>
            <p>\(LetterSheet.escaped(total))</p>
            \(linked)
            </body></html>

            """
    }
}
