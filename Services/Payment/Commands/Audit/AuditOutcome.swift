import Wire

/// What an audit prints, and how it ends.
struct AuditOutcome: Sendable {
    /// The exit code where nothing could be proved.
    static let impossible: Int32 = 2

    let text: String
    /// 0 when nothing is wrong, else 1.
    let exitCode: Int32

    init(_ report: some Encodable, text: String, asJSON: Bool, findings: Int) throws {
        self.text = asJSON ? String(decoding: try WireJSON.encode(report), as: UTF8.self) : text
        exitCode = findings == 0 ? 0 : 1
    }
}

/// Why nothing could be proved.
struct AuditFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
