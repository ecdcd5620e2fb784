/// Signs in: `POST /v1/sessions`.
public struct SessionRequest: Codable, Hashable, Sendable {
    /// The account's e-mail.
    public var email: String
    /// The account's password.
    public var password: String

    /// All members.
    public init(email: String, password: String) {
        self.email = email
        self.password = password
    }
}
