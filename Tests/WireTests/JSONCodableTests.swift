import Testing

@testable import Wire

/// Swift's `Codable` in all its forms, out and back.
struct JSONCodableTests {
    enum Colour: String, Codable { case orange, deepGreen = "deep_green" }
    struct Label: RawRepresentable, Codable, Hashable { var rawValue: String }
    struct Point: Codable, Equatable {
        var x: Double
        var y: Float
    }
    enum Outcome: Codable, Equatable {
        case done
        case heldUntil(expiresAt: Int64, seatIndexes: [Int])
        case refused(Point)
    }
    struct Everything: Codable, Equatable {
        var title: String
        var startsAt: Int64
        var latencyP99: Double?
        var isOpen: Bool
        var small: Int8
        var large: UInt64
        var colour: Colour
        var label: Label?
        var place: Point?
        var rows: [[Int]]
        var namesByKey: [String: Int]
        var pointsByLabel: [String: [Point?]]
        var outcomes: [Outcome]
        var chartURL: String?
    }

    static let everything = Everything(
        title: "Finale \"2026\"\n좌석 🏟 \u{1}\u{1F}\\/", startsAt: .min, latencyP99: 0.1, isOpen: true, small: -128,
        large: .max, colour: .deepGreen, label: Label(rawValue: "A-1"), place: Point(x: -1e300, y: 2.5),
        rows: [[], [1, -2], [Int.max, Int.min]], namesByKey: ["camelCase": 1],
        pointsByLabel: ["snake_case": [nil, Point(x: 3, y: 0.5)]],
        outcomes: [.done, .heldUntil(expiresAt: 5, seatIndexes: [8, 9]), .refused(Point(x: 0, y: 1))], chartURL: "/c")

    static let everythingText = #"""
        {"title":"Finale \"2026\"\n좌석 🏟 \u0001\u001f\\/","starts_at":-9223372036854775808,"latency_p99":0.1,\#
        "is_open":true,"small":-128,"large":18446744073709551615,"colour":"deep_green","label":"A-1",\#
        "place":{"x":-1e+300,"y":2.5},"rows":[[],[1,-2],[9223372036854775807,-9223372036854775808]],\#
        "names_by_key":{"camelCase":1},"points_by_label":{"snake_case":[null,{"x":3,"y":0.5}]},\#
        "outcomes":[{"done":{}},{"held_until":{"expires_at":5,"seat_indexes":[8,9]}},{"refused":{"_0":{"x":0,"y":1}}}],\#
        "chart_url":"/c"}
        """#

    @Test func `every kind of member is written in its order, in snake case`() throws {
        #expect(try text(Self.everything) == Self.everythingText)
    }

    @Test func `what was written is read back the same`() throws {
        #expect(try WireJSON.decode(Everything.self, from: Self.everythingText.utf8) == Self.everything)
    }

    @Test func `nil members are left out; null, absent and unknown ones are fine`() throws {
        struct Sparse: Codable, Equatable {
            var name: String?
            var age: Int?
            var tags: [String]?
        }
        #expect(try text(Sparse()) == "{}")
        #expect(try text(Sparse(age: 3)) == #"{"age":3}"#)
        let read = try WireJSON.decode(Sparse.self, from: #"{"other":[{}],"age":null,"tags":["a"]}"#.utf8)
        #expect(read == Sparse(tags: ["a"]))
    }

    @Test func `members may come in any order`() throws {
        struct Pair: Codable, Equatable { var first, second, third: Int }
        let read = try WireJSON.decode(Pair.self, from: #"{"third":3,"x":0,"second":2,"first":1}"#.utf8)
        #expect(read == Pair(first: 1, second: 2, third: 3))
    }

    @Test(arguments: [
        ("startsAt", "starts_at"), ("chartURL", "chart_url"), ("URLOfChart", "url_of_chart"), ("x", "x"),
        ("latencyMillisecondsP99", "latency_milliseconds_p99"), ("sha256Hash", "sha256_hash"), ("_0", "_0"),
        ("already_snake", "already_snake"), ("aB", "a_b"), ("not-camelCase", "not-camelCase"), ("일Ab", "일Ab"), ("", ""),
    ])
    func `a Swift name has one JSON name`(swift: String, json: String) {
        #expect(JSONMemberName.json(of: swift) == json)
        let member = Array(json.utf8)
        let other = Array((json + "_").utf8)
        #expect(member.withUnsafeBufferPointer { JSONMemberName.matches($0, name: swift, verbatim: false) })
        #expect(!other.withUnsafeBufferPointer { JSONMemberName.matches($0, name: swift, verbatim: false) })
    }

    @Test func `single values stand at the top as well`() throws {
        #expect(try text(5) == "5")
        #expect(try text("a\u{2028}") == "\"a\u{2028}\"")
        #expect(try text([Int?.none, 1]) == "[null,1]")
        #expect(try text(Int?.none) == "null")
        #expect(try WireJSON.decode(Int?.self, from: "null".utf8) == nil)
        #expect(try WireJSON.decode([Bool].self, from: "[true,false]".utf8) == [true, false])
        #expect(try WireJSON.decode([Int: String].self, from: #"{"7":"x"}"#.utf8) == [7: "x"])
        #expect(try text(Empty()) == "{}")
    }

    struct Empty: Codable {}

    @Test(arguments: [
        "0", "-0", "7", "-7", "999999999999999999", "-999999999999999999", "1000000000000000000",
        "-1000000000000000000", "9223372036854775807", "-9223372036854775808",
    ])
    func `whole numbers of every length are read to the last digit`(text: String) throws {
        #expect(try WireJSON.decode(Int64.self, from: text.utf8) == Int64(text))
        #expect(try WireJSON.decode([Int64].self, from: "[\(text),\(text)]".utf8) == [Int64(text), Int64(text)])
    }

    @Test func `a short number that its type can't hold is refused`() throws {
        #expect(try WireJSON.decode(UInt8.self, from: "255".utf8) == 255)
        for text in ["256", "-1"] {
            #expect(throws: WireJSONFailure.self) { try WireJSON.decode(UInt8.self, from: text.utf8) }
        }
    }

    @Test func `members whose names begin alike or differ in case alone are told apart`() throws {
        struct Alike: Decodable, Equatable {
            var seat: Int
            var seatIndex: Int
            var seatIndexes: Int
        }
        let text = #"{"Seat":9,"seat_indexes":3,"seat_index":2,"seat":1,"SEAT":8}"#
        #expect(try WireJSON.decode(Alike.self, from: text.utf8) == Alike(seat: 1, seatIndex: 2, seatIndexes: 3))
    }

    @Test func `raw JSON is written as it stands and read as its slice`() throws {
        struct Stored: Codable, Equatable {
            var status: Int
            var body: RawJSON
        }
        let stored = Stored(status: 201, body: RawJSON(trusting: Array(#"{ "camelCase":[1.50] }"#.utf8)))
        let bytes = try WireJSON.encode(stored)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"status":201,"body":{ "camelCase":[1.50] }}"#)
        #expect(try WireJSON.decode(Stored.self, from: bytes) == stored)
        #expect(try stored.body.decode([String: [Double]].self) == ["camelCase": [1.5]])
    }

    @Test func `a class hierarchy and hand-written containers work`() throws {
        let bytes = try WireJSON.encode(Child(name: "n", age: 4))
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"{"age":4,"super":{"name":"n"},"grid":[[1],[{"deep_x":2}]]}"#)
        let child = try WireJSON.decode(Child.self, from: bytes)
        #expect(child.age == 4 && child.name == "n" && child.deepX == 2)
    }

    @Test func `two types may write into one object`() throws {
        struct Both: Encodable {
            func encode(to encoder: any Encoder) throws {
                try Point(x: 1, y: 2).encode(to: encoder)
                try ["z": 3].encode(to: encoder)
            }
        }
        #expect(try text(Both()) == #"{"x":1,"y":2,"z":3}"#)
    }

    @Test func `containers that are written by turns are refused and not mixed up`() {
        struct Turns: Encodable {
            func encode(to encoder: any Encoder) throws {
                var array = encoder.unkeyedContainer()
                var first = array.nestedUnkeyedContainer()
                var second = array.nestedUnkeyedContainer()
                try second.encode(1)
                try? first.encode(2)
            }
        }
        #expect(throws: WireJSONFailure.self) { try WireJSON.encode(Turns()) }
    }

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}

private class Parent: Codable {
    var name: String
    init(name: String) { self.name = name }
}

private final class Child: Parent {
    enum Keys: CodingKey { case age, grid, deepX }
    var age: Int
    var deepX = 2

    init(name: String, age: Int) {
        self.age = age
        super.init(name: name)
    }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        age = try container.decode(Int.self, forKey: .age)
        var grid = try container.nestedUnkeyedContainer(forKey: .grid)
        var row = try grid.nestedUnkeyedContainer()
        _ = try row.decode(Int.self)
        var second = try grid.nestedUnkeyedContainer()
        deepX = try second.nestedContainer(keyedBy: Keys.self).decode(Int.self, forKey: .deepX)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(age, forKey: .age)
        try super.encode(to: container.superEncoder())
        var grid = container.nestedUnkeyedContainer(forKey: .grid)
        var row = grid.nestedUnkeyedContainer()
        try row.encode(1)
        var second = grid.nestedUnkeyedContainer()
        var cell = second.nestedContainer(keyedBy: Keys.self)
        try cell.encode(deepX, forKey: .deepX)
    }
}
