import Courier
import ServiceRuntime
import Ticketing

/// Where messages go, and how patiently.
struct MessageSettings: Sendable {
    /// Nil while no mail server is known: mails wait until one is.
    let mail: MailConsumer.Settings?
    /// How mails are delivered.
    let mails: DeliveryWorker.Settings
    /// What organizers' secrets are derived from. Nil while there is none: their messages wait.
    let webhookKeys: SigningKeySet?
    /// Where organizers' messages may go.
    let webhookAddresses: WebhookAddress
    /// How organizers are told.
    let webhooks: DeliveryWorker.Settings
    let figures = SalesFiguresWorker.Settings()

    init(_ reader: SettingsReader) {
        mail = Self.mail(reader)
        webhookKeys = Self.webhookKeys(reader)
        webhookAddresses = Self.webhookAddresses(reader)
        let attempts = Self.attempts(reader)
        var mails = attempts
        mails.underWayMax = reader.int(
            "BOXOFFICE_MAIL_CONNECTIONS", default: 4, in: 1...64, unit: "connections",
            "Connections to the mail server, each for one mail at a time.")
        self.mails = mails
        var webhooks = attempts
        webhooks.underWayMax = reader.int(
            "BOXOFFICE_WEBHOOK_CONNECTIONS", default: webhooks.underWayMax, in: 1...64, unit: "connections",
            "Organizers' webhooks that are told at once.")
        webhooks.perConsumerMax = max(1, webhooks.underWayMax / 4)
        self.webhooks = webhooks
    }

    /// What organizers' secrets are derived from: for the service and the jobs.
    static func webhookKeys(_ reader: SettingsReader) -> SigningKeySet? {
        reader.optionalSigningKeys(
            "BOXOFFICE_WEBHOOK_KEYS",
            "The keys that the secrets of organizers' webhooks are derived from; while it is not set, they wait.")
    }

    /// Where organizers' messages may go: for the service and the jobs.
    static func webhookAddresses(_ reader: SettingsReader) -> WebhookAddress {
        WebhookAddress(
            exceptions: reader.networks(
                "BOXOFFICE_WEBHOOK_NETWORKS",
                "Addresses that webhooks may lead to although they are not the public Internet's."),
            allowsClearText: reader.bool(
                "BOXOFFICE_WEBHOOK_CLEAR_TEXT", default: false, "Whether webhooks may begin with http://."))
    }

    private static func attempts(_ reader: SettingsReader) -> DeliveryWorker.Settings {
        var settings = DeliveryWorker.Settings()
        settings.attemptMilliseconds =
            1_000
            * reader.int(
                "BOXOFFICE_MESSAGE_SECONDS", default: settings.attemptMilliseconds / 1_000, in: 1...300,
                unit: "seconds",
                "How long one attempt to deliver a message may take; a killed one's is free after twice that.")
        settings.backOff.attemptsMax = reader.int(
            "BOXOFFICE_MESSAGE_ATTEMPTS_MAX", default: settings.backOff.attemptsMax, in: 1...1_000, unit: "attempts",
            "Attempts to deliver a message before it is given up.")
        settings.backOff.secondsMin =
            Double(
                reader.int(
                    "BOXOFFICE_MESSAGE_PAUSE_MILLISECONDS", default: Int(settings.backOff.secondsMin * 1_000),
                    in: 10...600_000, unit: "milliseconds",
                    "The pause after the first failed attempt; it doubles from there.")) / 1_000
        settings.backOff.secondsMax = Double(
            reader.int(
                "BOXOFFICE_MESSAGE_PAUSE_SECONDS_MAX", default: Int(settings.backOff.secondsMax), in: 1...86_400,
                unit: "seconds", "The longest pause between two attempts."))
        return settings
    }

    private static func mail(_ reader: SettingsReader) -> MailConsumer.Settings? {
        let address = reader.optionalAddress(
            "BOXOFFICE_MAIL_SERVER", example: "smtp.example.org:587",
            "The SMTP server that takes the mails to customers; while it is not set, they wait.")
        let protection = reader.choice(
            "BOXOFFICE_MAIL_PROTECTION", default: MailServer.Protection.starttls,
            "How the connection to the mail server is protected.")
        let authorities = reader.optionalString(
            "BOXOFFICE_MAIL_AUTHORITY_FILE", "The PEM file of who signs its certificate; else the system's authorities."
        )
        let user = reader.optionalString("BOXOFFICE_MAIL_USER", "The login to the mail server.")
        let password = reader.optionalSecret("BOXOFFICE_MAIL_PASSWORD", "The password of that login.")
        var isFromWrong = false
        let from = reader.optionalString(
            "BOXOFFICE_MAIL_FROM", form: "e-mail address", example: "tickets@example.org",
            "Whom the mails are from."
        ) { text in
            isFromWrong = !Mailbox.isAddress(text)
            return !isFromWrong
        }
        let name = reader.string("BOXOFFICE_MAIL_FROM_NAME", default: "Box Office", "What that sender is called.")
        let language = reader.choice(
            "BOXOFFICE_MAIL_LANGUAGE", default: CustomerLanguage.english,
            "The language of mails to customers whose own is not known.")
        let site = reader.optionalURL(
            "BOXOFFICE_SITE_URL", example: "https://tickets.example.org", "The site's address, for links in mails.")
        guard let address else { return nil }
        if (user == nil) != (password == nil) {
            reader.add(problem: "BOXOFFICE_MAIL_USER and BOXOFFICE_MAIL_PASSWORD go together.")
        }
        if password != nil, protection == .none {
            reader.add(
                problem:
                    "BOXOFFICE_MAIL_PASSWORD would travel in clear text: set BOXOFFICE_MAIL_PROTECTION to starttls or tls."
            )
        }
        guard let from, let sender = Mailbox(name: name, address: from) else {
            if !isFromWrong {
                reader.add(
                    problem: "BOXOFFICE_MAIL_FROM is needed with BOXOFFICE_MAIL_SERVER. "
                        + "For example: BOXOFFICE_MAIL_FROM=tickets@example.org")
            }
            return nil
        }
        let login = user.flatMap { user in password.map { MailServer.Login(user: user, password: $0.exposed) } }
        return MailConsumer.Settings(
            server: MailServer(
                host: address.host, port: address.port, protection: protection, login: login, authorityFile: authorities
            ),
            from: sender, language: language, siteURL: site.map(\.base))
    }
}

extension ServiceURL {
    /// The site's address with a slash at its end.
    fileprivate var base: String { description + (description.hasSuffix("/") ? "" : "/") }
}
