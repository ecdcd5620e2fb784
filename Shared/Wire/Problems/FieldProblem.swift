/// One member of a request that is at fault.
public struct FieldProblem: Codable, Hashable, Sendable {
    /// Where it stands: `hold_ids[2]`, `payment_method.token`.
    public var path: String
    /// What is wrong: `missing`, `wrong_type`, `out_of_range`, `malformed`, `too_deep`, `unknown`.
    public var code: String

    /// All members.
    public init(path: String, code: String) {
        self.path = path
        self.code = code
    }
}
