/// One call of a provider.
struct ProviderRequest: Sendable {
    /// The methods that providers know.
    enum Method: Sendable {
        case get
        case post
    }

    /// How it is called in logs; nothing secret.
    let purpose: String
    let method: Method
    /// The whole address.
    let url: String
    /// The fields, the credential among them.
    var headers: [(String, String)] = []
    var body: [UInt8]?
}
