/// Asks for an account: `POST /v1/customers`.
public struct CustomerRegistrationRequest: Codable, Hashable, Sendable {
    /// Where to reach the customer; unique without regard to case.
    public var email: String
    /// 8 to 200 characters.
    public var password: String
    /// What to call the customer; 1 to 200 characters.
    public var name: String

    /// All members.
    public init(email: String, password: String, name: String) {
        self.email = email
        self.password = password
        self.name = name
    }
}
