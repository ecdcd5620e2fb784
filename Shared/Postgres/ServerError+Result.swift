import CLibpq

extension ServerError {
    /// What the server said in an error; `nil` when libpq made the result itself.
    init?(_ result: OpaquePointer) {
        guard let sqlState = Self.field("C", of: result) else { return nil }
        self.init(
            sqlState: sqlState, severity: Self.field("V", of: result) ?? "ERROR",
            constraint: Self.field("n", of: result), message: Self.field("M", of: result) ?? "")
    }

    /// A field of an error or notice by its letter in the protocol (PostgreSQL 15, 55.8).
    static func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}
