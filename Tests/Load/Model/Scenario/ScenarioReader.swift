import Wire

/// Reads a scenario's file: what is wrong with it is told by its place and what would be right.
public enum ScenarioReader {
    /// The largest file that is looked at.
    public static let bytesMax = 262_144

    /// Reads the bytes of a file.
    /// - Throws: `ScenarioFailure`.
    public static func read(_ bytes: some Collection<UInt8>) throws -> Scenario {
        guard bytes.count <= bytesMax else {
            throw ScenarioFailure(path: "", problem: "A scenario has at most \(bytesMax) bytes.")
        }
        let tree: ScenarioTree
        do {
            tree = try WireJSON.decode(ScenarioTree.self, from: bytes)
        } catch {
            throw ScenarioFailure(path: "", problem: "It is not JSON: \(error)")
        }
        return try ScenarioObject.read(tree, at: "") { try scenario($0) }
    }

    private static func scenario(_ object: ScenarioObject) throws -> Scenario {
        let name = try object.text("name")
        guard name.utf8.count <= 60, name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil else {
            throw object.failure("name", "has to be small letters, digits and hyphens")
        }
        let scenario = Scenario(
            name: name, says: try object.text("says"),
            seed: UInt64(try object.whole("seed", default: 1, in: 0...(1 << 53))),
            goal: try object.choice("goal", default: .paid),
            arrivals: try object.choice("arrivals", default: .poisson),
            phases: try phases(object), capacity: try object.part("capacity", capacity),
            people: try people(object), viewers: try object.whole("viewers", default: 0, in: 0...100_000),
            sale: try object.part("sale", sale) ?? ScenarioSale(),
            customers: try object.whole("customers", default: 0, in: 0...5_000_000),
            customersReturn: try object.truth("customers_return", default: false),
            patienceMilliseconds: try object.whole("patience_milliseconds", default: 10_000, in: 10...600_000),
            tailSeconds: try object.whole("tail_seconds", default: 10, in: 0...3_600),
            connections: try object.whole("connections", default: 16, in: 1...1_024),
            sources: try object.whole("sources", default: 4, in: 1...250),
            blows: try blows(object), blowsAtEnd: try words(object, "blows_at_end"),
            expectations: try object.list("expects").map { try ScenarioExpectationReader.read($0.tree, at: $0.path) },
            measures: try object.list("measures").map { try ScenarioObject.choice($0.tree, at: $0.path) })
        try ScenarioRules.check(scenario)
        return scenario
    }

    private static func phases(_ object: ScenarioObject) throws -> [ScenarioPhase] {
        try object.list("phases").map { tree, path in
            try ScenarioObject.read(tree, at: path) { object in
                ScenarioPhase(
                    name: try object.text("name"), seconds: try object.number("seconds", in: 0.1...86_400),
                    rate: try rate(object))
            }
        }
    }

    private static func rate(_ object: ScenarioObject) throws -> ScenarioPhase.Rate {
        switch (object.has("per_second"), object.has("times_capacity")) {
        case (true, false):
            let from = try object.number("per_second", in: 0...1_000_000)
            return .perSecond(from: from, to: try object.number("to_per_second", default: from, in: 0...1_000_000))
        case (false, true):
            return .timesCapacity(try object.number("times_capacity", in: 0...1_000))
        default:
            throw object.failure("per_second", "or times_capacity says how many come: give one of the two")
        }
    }

    private static func capacity(_ object: ScenarioObject) throws -> CapacitySettings {
        var settings = CapacitySettings()
        settings.fromPerSecond = try object.number(
            "from_per_second", default: settings.fromPerSecond, in: 1...100_000)
        settings.growth = try object.number("growth", default: settings.growth, in: 1.05...4)
        settings.stepSeconds = try object.number("step_seconds", default: settings.stepSeconds, in: 1...120)
        settings.restSeconds = try object.number("rest_seconds", default: settings.restSeconds, in: 0...120)
        settings.mostPerSecond = try object.number(
            "most_per_second", default: settings.mostPerSecond, in: settings.fromPerSecond...1_000_000)
        return settings
    }

    private static func people(_ object: ScenarioObject) throws -> [ScenarioPeople] {
        try object.list("people", countMax: 50).map { try ScenarioPeopleReader.read($0.tree, at: $0.path) }
    }

    private static func sale(_ object: ScenarioObject) throws -> ScenarioSale {
        var sale = ScenarioSale()
        sale.chart = try object.choice("chart", default: sale.chart)
        sale.seats = try object.whole("seats", default: sale.seats, in: 1...100_000)
        sale.seatsPerCustomer = try object.whole("seats_per_customer", default: sale.seatsPerCustomer, in: 1...1_000)
        sale.holdSeconds = try object.whole("hold_seconds", default: sale.holdSeconds, in: 1...86_400)
        sale.opensAfterSeconds = try object.whole("opens_after_seconds", default: 0, in: 0...86_400)
        sale.arguments = try words(object, "arguments")
        return sale
    }

    private static func blows(_ object: ScenarioObject) throws -> [ScenarioBlow] {
        try object.list("blows").map { tree, path in
            try ScenarioObject.read(tree, at: path) { object in
                ScenarioBlow(
                    name: try object.text("name"), atSeconds: try object.number("at_seconds", in: 0...86_400))
            }
        }
    }

    private static func words(_ object: ScenarioObject, _ name: String) throws -> [String] {
        try object.list(name).map { tree, path in
            guard case .text(let text) = tree, !text.isEmpty else {
                throw ScenarioFailure(path: path, problem: "has to be a text, not \(tree.kind)")
            }
            return text
        }
    }
}
