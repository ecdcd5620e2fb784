/// A PostgreSQL type by its object id (`pg_type.oid`).
public struct PostgresType: Sendable, Hashable {
    /// The object id; 0 lets the server infer the type from the statement.
    public let objectID: UInt32

    public init(objectID: UInt32) {
        self.objectID = objectID
    }

    static let inferred = PostgresType(objectID: 0)
    static let bool = PostgresType(objectID: 16)
    static let bytea = PostgresType(objectID: 17)
    static let singleByteChar = PostgresType(objectID: 18)
    static let name = PostgresType(objectID: 19)
    static let int8 = PostgresType(objectID: 20)
    static let int2 = PostgresType(objectID: 21)
    static let int4 = PostgresType(objectID: 23)
    static let text = PostgresType(objectID: 25)
    static let oid = PostgresType(objectID: 26)
    static let json = PostgresType(objectID: 114)
    static let float4 = PostgresType(objectID: 700)
    static let float8 = PostgresType(objectID: 701)
    static let boolArray = PostgresType(objectID: 1000)
    static let byteaArray = PostgresType(objectID: 1001)
    static let int2Array = PostgresType(objectID: 1005)
    static let int4Array = PostgresType(objectID: 1007)
    static let textArray = PostgresType(objectID: 1009)
    static let int8Array = PostgresType(objectID: 1016)
    static let float8Array = PostgresType(objectID: 1022)
    static let timestamptz = PostgresType(objectID: 1184)
    static let timestamptzArray = PostgresType(objectID: 1185)
    static let numeric = PostgresType(objectID: 1700)
    static let uuid = PostgresType(objectID: 2950)
    static let uuidArray = PostgresType(objectID: 2951)
    static let jsonb = PostgresType(objectID: 3802)
    static let xid8 = PostgresType(objectID: 5069)

    /// Types made by a migration (enums and domains among them) have ids from here on.
    static let firstUserDefinedObjectID: UInt32 = 16_384
}
