import Postgres
import TestSupport
import Testing

@Suite struct ValueTests {
    let server: PostgresServer

    init() throws {
        server = try .shared()
    }

    private func echo<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ value: Value, as type: String
    ) async throws -> Value {
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            let echo = Statement(name: "echo", sql: "SELECT $1::\(type)")
            return try await pool.execute(echo, [value])[0].decode(Value.self, at: 0)
        }
    }

    @Test func `values come back as they went`() async throws {
        #expect(try await echo(true, as: "bool"))
        #expect(try await echo(Int16.min, as: "int2") == .min)
        #expect(try await echo(Int32.min, as: "int4") == .min)
        #expect(try await echo(Int64.min, as: "int8") == .min)
        #expect(try await echo(Int.max, as: "int8") == .max)
        #expect(try await echo(-0.1, as: "float8") == -0.1)
        #expect(try await echo("좌석 'x' \\ \"y\" 🎫", as: "text") == "좌석 'x' \\ \"y\" 🎫")
        #expect(try await echo("", as: "text") == "")
        #expect(try await echo([0, 255, 10] as [UInt8], as: "bytea") == [0, 255, 10])
        #expect(try await echo([] as [UInt8], as: "bytea") == [])
        #expect(try await echo(nil as String?, as: "text") == nil)
        #expect(try await echo(nil as [UInt8]?, as: "bytea") == nil)
        #expect(try await echo(nil as Int64?, as: "int8") == nil)
        #expect(try await echo("ok" as String?, as: "text") == "ok")
    }

    @Test func `arrays come back as they went`() async throws {
        #expect(try await echo([1, -2, 3] as [Int16], as: "int2[]") == [1, -2, 3])
        #expect(try await echo([1, -2, 3] as [Int32], as: "int4[]") == [1, -2, 3])
        #expect(try await echo([1, -2, .max] as [Int64], as: "int8[]") == [1, -2, .max])
        #expect(try await echo(Array(0..<10_000), as: "int8[]") == Array(0..<10_000))
        #expect(try await echo([true, false], as: "bool[]") == [true, false])
        #expect(try await echo(["a", "", "NULL", "{\"b\"}"], as: "text[]") == ["a", "", "NULL", "{\"b\"}"])
        #expect(try await echo([[1, 2], [], [255]] as [[UInt8]], as: "bytea[]") == [[1, 2], [], [255]])
        #expect(try await echo([1.5, -2.5], as: "float8[]") == [1.5, -2.5])
        #expect(try await echo([1, nil, 3] as [Int32?], as: "int4[]") == [1, nil, 3])
        #expect(try await echo([nil, "b"] as [String?], as: "text[]") == [nil, "b"])
        #expect(try await echo([] as [Int64], as: "int8[]") == [])
        #expect(try await echo([] as [String], as: "text[]") == [])
        let ids = [PostgresUUID(high: 1, low: 2), PostgresUUID(high: .max, low: 0)]
        #expect(try await echo(ids, as: "uuid[]") == ids)
        let times = [PostgresTimestamp(microsecondsSinceUnixEpoch: 0), .init(microsecondsSinceUnixEpoch: -1)]
        #expect(try await echo(times, as: "timestamptz[]") == times)
    }

    @Test func `a uuid is two halves or a text`() async throws {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057"
        let id = try #require(PostgresUUID(text))
        #expect(id.description == text)
        #expect(id.high == 0x0189_0a5d_ac96_774b)
        #expect(PostgresUUID(text.uppercased()) == id)
        #expect(PostgresUUID("01890a5dac96774bbcceb302099a8057") == nil)
        #expect(PostgresUUID("01890a5d-ac96-774b-bcce-b302099a805g") == nil)
        #expect(try await echo(id, as: "uuid") == id)
        #expect(try await echo(text, as: "uuid") == text)
    }

    @Test func `an instant counts from 1970`() async throws {
        let sql = "SELECT $1::timestamptz = '2026-11-21 09:00:00.000001+00', '1970-01-01 00:00:01+00'::timestamptz"
        let row = try await server.withPool { pool in
            let instant = PostgresTimestamp(microsecondsSinceUnixEpoch: 1_795_251_600_000_001)
            return try await pool.execute(Statement(name: "instant", sql: sql), [instant])[0]
        }
        #expect(try row.decode(Bool.self, at: 0))
        #expect(try row.decode(PostgresTimestamp.self, at: 1).microsecondsSinceUnixEpoch == 1_000_000)
    }

    @Test func `an instant before all that PostgreSQL can tell is its least`() async throws {
        let least = PostgresTimestamp(microsecondsSinceUnixEpoch: .min)
        let row = try await server.withPool { pool in
            try await pool.execute(Statement(name: "least", sql: "SELECT $1::timestamptz = '-infinity'"), [least])[0]
        }
        #expect(try row.decode(Bool.self, at: 0))
    }

    @Test func `texts serve for the server's own types`() async throws {
        let sql = """
            INSERT INTO thing (id, body, state, at) VALUES ($1, $2, $3, $4)
            RETURNING id, body, state, at = '2026-01-01 00:00:00+00', xmin::text::int8 > 0
            """
        try await server.withPool { pool in
            try await pool.executeScript(
                """
                CREATE TYPE mood AS ENUM ('calm', 'busy');
                CREATE TABLE thing (id uuid, body jsonb, state mood, at timestamptz);
                """)
            let values = ["01890a5d-ac96-774b-bcce-b302099a8057", "{\"a\": 1}", "busy", "2026-01-01T00:00:00Z"]
            let row = try await pool.execute(Statement(name: "insert", sql: sql), values)[0]
            #expect(try (0..<3).map { try row.decode(String.self, at: $0) } == Array(values.prefix(3)))
            #expect(try row.decode(Bool.self, at: 3))
        }
    }

    @Test func `sums and other numerics are read`() async throws {
        let numbers = [
            "0", "1", "-1", "9999", "10000", "12345678", "9223372036854775807", "-9223372036854775808", "100000000",
        ]
        let fractions = ["0.5", "-0.00010", "12345.67890", "1.00", "0.00000001", "99999999.99"]
        try await server.withPool { pool in
            for text in numbers + fractions {
                let statement = Statement(name: "numeric \(text)", sql: "SELECT \(text)::numeric")
                let row = try await pool.execute(statement)[0]
                #expect(try row.decode(String.self, at: 0) == text)
                #expect(try row.decode(Double.self, at: 0) == Double(text))
                if fractions.contains(text), text != "1.00" {
                    #expect(throws: PostgresFailure.self) { try row.decode(Int64.self, at: 0) }
                } else {
                    #expect(try row.decode(Int64.self, at: 0) == Int64(text.split(separator: ".")[0]))
                }
            }
        }
    }

    @Test func `a value of another type is a failure that names its column`() async throws {
        try await server.withPool { pool in
            let row = try await pool.execute(Statement(name: "row", sql: "SELECT 1, NULL::int, 'x', 70000"))[0]
            let wrongType = try await caught { _ = try row.decode(String.self, at: 0) }
            #expect(wrongType.message.contains("column 0"))
            #expect(throws: PostgresFailure.self) { try row.decode(Int.self, at: 1) }
            #expect(throws: PostgresFailure.self) { try row.decode(Int.self, at: 2) }
            #expect(throws: PostgresFailure.self) { try row.decode(Int16.self, at: 3) }
            #expect(throws: PostgresFailure.self) { try row.decode(Int.self, at: 4) }
            #expect(throws: PostgresFailure.self) { try row.decode(Int.self, named: "absent") }
            #expect(try row.decode(Int?.self, at: 1) == nil)
        }
    }
}
