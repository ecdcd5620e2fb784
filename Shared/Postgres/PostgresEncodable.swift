/// A Swift value that can stand for a parameter.
///
/// Strings go as text of a type that the server infers, so that they also serve for `uuid`, `jsonb`, `timestamptz`
/// and enums. All others go in binary with a declared type; in function calls, which don't narrow integers, choose
/// `Int32` for `int4`, or cast (`$1::int4`).
public protocol PostgresEncodable: Sendable {
    /// The type that the statement is prepared with.
    static var postgresType: PostgresType { get }
    /// Appends exactly one parameter.
    func encode(into parameters: inout PostgresParameters)
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public func encode(into parameters: inout PostgresParameters) {
        switch self {
        case .some(let value): value.encode(into: &parameters)
        case .none: parameters.appendNull(Wrapped.postgresType)
        }
    }
}

extension String: PostgresEncodable {
    public static var postgresType: PostgresType { .inferred }

    public func encode(into parameters: inout PostgresParameters) {
        parameters.appendText(self)
    }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.arrayType }

    public func encode(into parameters: inout PostgresParameters) {
        parameters.appendBinary(Element.arrayType) { bytes in
            Element.appendArray(self, to: &bytes)
        }
    }
}

extension PostgresEncodable where Self: PostgresArrayElement {
    public static var postgresType: PostgresType { elementType }

    public func encode(into parameters: inout PostgresParameters) {
        parameters.appendBinary(Self.elementType) { bytes in
            _ = appendElement(to: &bytes)
        }
    }
}

extension Bool: PostgresEncodable {}
extension Int16: PostgresEncodable {}
extension Int32: PostgresEncodable {}
extension Int64: PostgresEncodable {}
extension Int: PostgresEncodable {}
extension Double: PostgresEncodable {}
extension PostgresUUID: PostgresEncodable {}
extension PostgresTimestamp: PostgresEncodable {}
