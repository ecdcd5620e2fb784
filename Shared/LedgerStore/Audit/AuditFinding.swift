/// One thing that the audit found wrong.
public struct AuditFinding: Codable, Hashable, Sendable {
    /// The check's name.
    public var check: String
    /// What is at fault: ids.
    public var subject: String
    /// What is wrong with it.
    public var detail: String

    /// All members.
    public init(check: String, subject: String, detail: String) {
        self.check = check
        self.subject = subject
        self.detail = detail
    }
}
