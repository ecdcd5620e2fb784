import Foundation
import Testing

@testable import LoadModel

/// Scenarios' files: those that are kept, and what is said of those that are wrong.
struct ScenarioReaderTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Load/Scenarios")

    private static let files =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".json") }
        .sorted()

    @Test func `the kept ones are there`() {
        let names = Set(Self.files.map { String($0.dropLast(".json".count)) })
        let wanted: Set<String> = [
            "steady", "opening-minute", "overload", "hot-seat", "sell-out", "retry-storm", "browse-flood", "throughput",
            "best-available", "smoke", "overload-paying", "watching", "lapses",
        ]
        #expect(names == wanted)
    }

    @Test(arguments: files) func `a kept one can be read, and is called as its file is`(file: String) throws {
        let scenario = try ScenarioReader.read(try Data(contentsOf: Self.folder.appending(path: file)))
        #expect("\(scenario.name).json" == file)
        #expect(!scenario.expectations.isEmpty)
        // Those who come once each have to be enough for all that come.
        if !scenario.customersReturn, scenario.capacity == nil {
            let stretches = scenario.stretches(capacity: 0)
            let share = scenario.people.filter(\.areCustomers).reduce(0) { $0 + $1.share }
            let all = scenario.people.reduce(0) { $0 + $1.share }
            let coming = stretches.reduce(0) { $0 + $1.arrivals } * share / all
            #expect(coming <= Double(scenario.customers))
        }
    }

    /// A scenario that is right, in one line.
    private static let right = """
        {"name": "a-b", "says": "S", "goal": "held", "customers": 5, "phases": [{"name": "p", "seconds": 2, "per_second": 3}], \
        "people": [{"name": "x", "does": ["hold"]}]}
        """

    private func failure(_ text: String) -> String? {
        do {
            _ = try ScenarioReader.read(Array(text.utf8))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `what is left out has a default`() throws {
        let scenario = try ScenarioReader.read(Array(Self.right.utf8))
        #expect(scenario.name == "a-b" && scenario.arrivals == .poisson && scenario.seconds == 2)
        #expect(scenario.people[0].retries == ScenarioPeople.Retries(times: 3, wait: .asTold))
        #expect(scenario.people[0].groups.map(\.seats) == [1])
        #expect(scenario.sale.seats == 10_000)
    }

    static let wrong: [(from: String, to: String, said: String)] = [
        ("\"says\": \"S\", ", "", "says is missing: give a text"),
        ("\"a-b\"", "\"A b\"", "name has to be small letters, digits and hyphens"),
        ("\"says\"", "\"sais\": 1, \"says\"", "sais is not known here"),
        (
            "\"per_second\": 3", "\"per_second\": -3",
            "phases[0].per_second has to be a number from 0 to 1000000, not -3"
        ),
        ("\"per_second\": 3", "\"times_capacity\": 2", "phases[0].times_capacity needs to know the capacity"),
        ("\"per_second\": 3", "\"per_second\": 3, \"times_capacity\": 2", "phases[0].per_second or times_capacity"),
        ("\"seconds\": 2", "\"seconds\": \"2\"", "phases[0].seconds has to be a number from 0.1 to 86400, not a text"),
        ("[\"hold\"]", "[]", "people[0].does names nothing"),
        ("[\"hold\"]", "[\"hodl\"]", "people[0].does[0] is \"hodl\": give one of browse, map, enter, hold"),
        ("[\"hold\"]", "[\"hold\", \"pay\"]", "people[0].does[1] is pay, which needs order before it"),
        ("[\"hold\"]", "[\"hold\", \"hold\"]", "people[0].does[1] is hold a second time"),
        (
            "[\"hold\"]", "[\"hold\", \"give_back\", \"order\"]",
            "people[0].does names give_back and order: seats are given back, or bought"
        ),
        ("[\"hold\"]", "[\"browse\"]", "goal is held, and nobody does hold"),
        ("\"customers\": 5", "\"customers\": 0", "customers is 0, and some of the people have to be signed in"),
        ("\"customers\": 5", "\"customers\": 5.5", "customers has to be a whole number"),
        (
            "[\"hold\"]", "[\"hold\"], \"chances\": {\"pay\": 0.5}",
            "people[0].chances.pay is nothing that they do: hold"
        ),
        (
            "[\"hold\"]", "[\"hold\"], \"chances\": {\"hold\": 2}",
            "people[0].chances.hold has to be a number from 0 to 1"
        ),
        (
            "[\"hold\"]", "[\"hold\"], \"thinks_milliseconds\": {\"hold\": [9, 1]}",
            "people[0].thinks_milliseconds.hold has to be two numbers from 0 to 3600000, the lower one first"
        ),
        ("[\"hold\"]", "[\"hold\"], \"groups\": {\"many\": 1}", "people[0].groups.many has to be a number of seats"),
        (
            "\"customers\": 5", "\"customers\": 5, \"expects\": [{\"what\": \"shed\"}]",
            "expects[0].at_least or at_most is missing"
        ),
        (
            "\"customers\": 5", "\"customers\": 5, \"expects\": [{\"what\": \"goodput_of_peak\", \"at_least\": 1}]",
            "expects[0].phase is missing: goodput_of_peak is told of one"
        ),
        (
            "\"customers\": 5",
            "\"customers\": 5, \"expects\": [{\"what\": \"goodput_of_peak\", \"phase\": \"q\", \"at_least\": 1}]",
            "expects[0].phase is \"q\", and the phases are p"
        ),
        ("\"customers\": 5", "\"customers\": 5, \"expects\": [{\"at_most\": 1}]", "expects[0].what is missing"),
        (
            "\"customers\": 5", "\"customers\": 5, \"blows\": [{\"name\": \"x\", \"at_seconds\": 3}]",
            "blows[0].at_seconds is after the end of the last phase, 2 s"
        ),
        (
            "\"customers\": 5", "\"customers\": 5, \"capacity\": {}, \"sale\": {\"opens_after_seconds\": 9}",
            "capacity can't be looked for while the sale is closed"
        ),
        (
            "\"customers\": 5", "\"customers\": 5, \"sale\": {\"seats\": 0}",
            "sale.seats has to be a whole number from 1"
        ),
    ]

    @Test(arguments: wrong) func `what is wrong is told by its place`(from: String, to: String, said: String) {
        let text = Self.right.replacing(from, with: to)
        #expect(text != Self.right)
        #expect(failure(text)?.hasPrefix(said) == true, "\(failure(text) ?? "nothing was said")")
    }

    @Test func `what is no JSON, or too much of it, is told`() {
        #expect(failure("{")?.hasPrefix("It is not JSON: malformed") == true)
        #expect(failure("[]") == "A scenario has to be an object, not a list")
        let large = String(repeating: " ", count: ScenarioReader.bytesMax + 1)
        #expect(failure(large) == "A scenario has at most 262144 bytes.")
    }

    @Test func `multiples of the capacity become rates`() throws {
        let text = Self.right.replacing("\"per_second\": 3", with: "\"times_capacity\": 2.5")
            .replacing("\"customers\": 5", with: "\"customers\": 5, \"capacity\": {}")
        let scenario = try ScenarioReader.read(Array(text.utf8))
        #expect(scenario.stretches(capacity: 40) == [RateStretch(seconds: 2, from: 100, to: 100)])
        let step = scenario.capacityStep(at: 70, CapacitySettings())
        #expect(step.phases.map(\.seconds) == [2, 2] && step.tailSeconds == 2 && step.expectations.isEmpty)
    }

    @Test func `a hall has as many seats as are asked for, none twice`() {
        let lines = HallChart.text(seats: 4_321).split(separator: "\n")
        #expect(lines.first == "section,row,seat,x,y,category")
        #expect(lines.count == 4_322)
        let places = Set(lines.dropFirst().map { $0.split(separator: ",")[3...4].joined(separator: ",") })
        let labels = Set(lines.dropFirst().map { $0.split(separator: ",")[0...2].joined(separator: ",") })
        #expect(places.count == 4_321 && labels.count == 4_321)
    }
}
