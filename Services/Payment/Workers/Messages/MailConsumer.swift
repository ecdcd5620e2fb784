import Courier
import LedgerStore
import Ticketing

/// Writes to customers by e-mail.
struct MailConsumer: MessageConsumer {
    /// Where mail goes, and what stands in it.
    struct Settings: Sendable {
        let server: MailServer
        let from: Mailbox
        /// For customers whose language nobody knows.
        var language = CustomerLanguage.english
        /// The site's address with a slash at its end.
        var siteURL: String?
    }

    /// A letter that can't be written.
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let means = MessageMeans.mail
    private let store: DeliveriesStore
    private let courier: Courier
    private let settings: Settings

    init(store: DeliveriesStore, courier: Courier, settings: Settings) {
        self.store = store
        self.courier = courier
        self.settings = settings
    }

    func deliver(_ delivery: ClaimedDelivery, milliseconds: Int) async throws -> String {
        let message = delivery.message
        if message.kind == .seatsOffered { return try await deliverOffer(message, milliseconds: milliseconds) }
        guard let facts = try await store.letter(of: message.position) else { return "it is about no order" }
        guard let email = facts.email else { return "the customer was erased" }
        let domain = settings.from.address.split(separator: "@").last ?? ""
        let messageID = "\(message.id)@\(domain)"
        let language = facts.language ?? settings.language
        guard
            let letter = try Letter(
                about: message, facts: facts, in: language, contentDomain: messageID, siteURL: settings.siteURL)
        else { return "none of the tickets is good any more" }
        guard let to = Mailbox(name: facts.name, address: email) else {
            throw Failure(description: "the customer's address is none that mail can be sent to")
        }
        return try await courier.send(
            MailMessage(
                from: settings.from, to: to, subject: letter.subject,
                unixSeconds: message.createdAt.unixMicroseconds / 1_000_000, messageID: messageID,
                language: language.rawValue, text: letter.text, html: letter.html, images: letter.images),
            over: settings.server, milliseconds: milliseconds)
    }

    private func deliverOffer(_ message: StoredMessage, milliseconds: Int) async throws -> String {
        guard let facts = try await store.offer(of: message.position) else { return "it is about no offer" }
        guard let email = facts.email else { return "the customer was erased" }
        let domain = settings.from.address.split(separator: "@").last ?? ""
        let language = facts.language ?? settings.language
        guard let letter = OfferLetter(about: facts, in: language, siteURL: settings.siteURL) else {
            return "the offer is over"
        }
        guard let to = Mailbox(name: facts.name, address: email) else {
            throw Failure(description: "the customer's address is none that mail can be sent to")
        }
        return try await courier.send(
            MailMessage(
                from: settings.from, to: to, subject: letter.subject,
                unixSeconds: message.createdAt.unixMicroseconds / 1_000_000, messageID: "\(message.id)@\(domain)",
                language: language.rawValue, text: letter.text, html: letter.html, images: []),
            over: settings.server, milliseconds: milliseconds)
    }
}
