import Testing

@testable import Wire

/// Where and how decoding and encoding fail.
struct JSONFailureTests {
    struct Seat: Codable {
        var seatIndex: Int8
        var state: JSONCodableTests.Colour?
    }
    enum Command: Codable { case holdSeats(_ seats: [Seat], ownerName: String) }
    struct Body: Codable {
        var startsAt: String
        var seatRows: [[Seat]]?
        var command: Command?
        var byName: [String: Seat]?
        var price: Double?
        var even: Even?
    }
    struct Even: Codable {
        init(from decoder: any Decoder) throws {
            if try decoder.singleValueContainer().decode(Int.self) % 2 != 0 {
                throw WireJSONFailure(.outOfRange, detail: "it must be even")
            }
        }
        func encode(to encoder: any Encoder) throws {}
    }

    static let cases: [(String, WireJSONFailure.Code, String)] = [
        (#"{}"#, .missing, "starts_at"),
        (#"{"startsAt":"x"}"#, .missing, "starts_at"),
        (#"{"starts_at":null}"#, .wrongType, "starts_at"),
        (#"{"starts_at":5}"#, .wrongType, "starts_at"),
        (#"[]"#, .wrongType, ""),
        (#"{"starts_at":"","seat_rows":[[],[{"seat_index":"1"}]]}"#, .wrongType, "seat_rows[1][0].seat_index"),
        (#"{"starts_at":"","seat_rows":[[{"seat_index":128}]]}"#, .outOfRange, "seat_rows[0][0].seat_index"),
        (#"{"starts_at":"","seat_rows":[[{"seat_index":1.5}]]}"#, .wrongType, "seat_rows[0][0].seat_index"),
        (#"{"starts_at":"","seat_rows":[[{"seat_index":1e99}]]}"#, .outOfRange, "seat_rows[0][0].seat_index"),
        (#"{"starts_at":"","seat_rows":[[{}]]}"#, .missing, "seat_rows[0][0].seat_index"),
        (#"{"starts_at":"","seat_rows":[{}]}"#, .wrongType, "seat_rows[0]"),
        (#"{"starts_at":"","seat_rows":[[{"seat_index":1,"state":"pink"}]]}"#, .invalid, "seat_rows[0][0].state"),
        (
            #"{"starts_at":"","command":{"hold_seats":{"_0":[{"seat_index":true}]}}}"#, .wrongType,
            "command.hold_seats._0[0].seat_index"
        ),
        (#"{"starts_at":"","command":{"hold_seats":{"_0":[]}}}"#, .missing, "command.hold_seats.owner_name"),
        (#"{"starts_at":"","command":{"dance":{}}}"#, .wrongType, "command"),
        (#"{"starts_at":"","command":{}}"#, .wrongType, "command"),
        (#"{"starts_at":"","by_name":{"aKey":{"seat_index":[]}}}"#, .wrongType, "by_name.aKey.seat_index"),
        (#"{"starts_at":"","price":1e999}"#, .outOfRange, "price"),
        (#"{"starts_at":"","even":3}"#, .outOfRange, "even"),
        (#"{"starts_at":"","other":{"a":[1,{"b":nope}]}}"#, .malformed, "other.a[1].b"),
        (#"{"starts_at":"","other":[{"a":1,"a":1}]}"#, .duplicate, "other[0].a"),
    ]

    @Test(arguments: cases)
    func `a failure tells what is wrong and where`(text: String, code: WireJSONFailure.Code, path: String) throws {
        let failure = try #require(throws: WireJSONFailure.self) {
            try WireJSON.decode(Body.self, from: text.utf8)
        }
        #expect(failure.code == code)
        #expect(failure.path == path)
        #expect(!failure.isLocated)
    }

    @Test(arguments: [
        ("2.0", 2), ("-3e0", -3), ("1e3", 1000), ("12.50e1", 125), ("-0", 0), ("0e99999999999999999999", 0),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807.000000000000000000000", Int.max), ("0.0000e-5", 0),
    ])
    func `a whole number is exact, however it is written`(text: String, value: Int) throws {
        #expect(try WireJSON.decode(Int.self, from: text.utf8) == value)
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "1e19", "99999999999999999999999999", "1e99999999999999999999",
    ])
    func `a whole number that does not fit is out of range`(text: String) {
        #expect(throws: WireJSONFailure.self) { try WireJSON.decode(Int.self, from: text.utf8) }
        #expect(throws: WireJSONFailure.self) { try WireJSON.decode(Int32.self, from: text.utf8) }
    }

    @Test func `a negative number is no unsigned one`() {
        #expect(throws: WireJSONFailure.self) { try WireJSON.decode(UInt.self, from: "-1".utf8) }
        #expect(throws: WireJSONFailure.self) { try WireJSON.decode(Int.self, from: "1e-1".utf8) }
    }

    @Test func `doubles come back to the last bit`() throws {
        var generator = SplitMix64(state: 7)
        var values: [Double] = [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e22, 1e23]
        for _ in 0..<5_000 {
            values.append(Double(bitPattern: generator.next()))
            values.append(Double(Int.random(in: -1_000_000...1_000_000, using: &generator)) / 1000)
        }
        for value in values where value.isFinite {
            let bytes = try WireJSON.encode(value)
            #expect(try WireJSON.decode(Double.self, from: bytes).bitPattern == value.bitPattern)
        }
    }

    @Test func `a double of many digits is rounded as the standard library rounds it`() throws {
        for text in [
            "0.30000000000000004", "123456789012345678.25", "2.2250738585072011e-308", "1e-400", "3.14159e-30",
        ] {
            #expect(try WireJSON.decode(Double.self, from: text.utf8) == Double(text) ?? 0)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON has no number for is not written`(value: Double) throws {
        struct Row: Encodable { var widthMax: [String: [Double]] }
        let failure = try #require(throws: WireJSONFailure.self) {
            try WireJSON.encode([Row(widthMax: ["a": [1, value]])])
        }
        #expect(failure.code == .outOfRange)
        #expect(failure.path == "[0].width_max.a[1]")
    }

    @Test func `a value that nests without end is not written`() throws {
        indirect enum Tree: Encodable { case leaf, node(Tree) }
        var tree = Tree.leaf
        for _ in 0..<40 { tree = .node(tree) }
        let failure = try #require(throws: WireJSONFailure.self) { try WireJSON.encode(tree) }
        #expect(failure.code == .tooDeep)
    }
}
