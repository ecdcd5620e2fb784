public import Ticketing

/// Asks for an account: `POST /v1/customers`.
public struct CustomerRegistrationRequest: Codable, Hashable, Sendable {
    /// Where to reach the customer; unique without regard to case.
    public var email: String
    /// 8 to 200 characters.
    public var password: String
    /// What to call the customer; 1 to 200 characters.
    public var name: String
    /// In which language to write to the customer, when that is known.
    public var language: CustomerLanguage?

    /// All members.
    public init(email: String, password: String, name: String, language: CustomerLanguage? = nil) {
        self.email = email
        self.password = password
        self.name = name
        self.language = language
    }
}
