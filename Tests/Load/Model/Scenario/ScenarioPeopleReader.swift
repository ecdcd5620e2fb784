/// Reads one kind of people.
enum ScenarioPeopleReader {
    private typealias Deed = ScenarioPeople.Deed

    static func read(_ tree: ScenarioTree, at path: String) throws -> ScenarioPeople {
        try ScenarioObject.read(tree, at: path) { object in
            let does: [Deed] = try object.list("does").map { try ScenarioObject.choice($0.tree, at: $0.path) }
            let people = ScenarioPeople(
                name: try object.text("name"), share: try object.number("share", default: 1, in: 0.000_001...1_000_000),
                does: does, chances: try chances(object, does), thinks: try thinks(object, does),
                picks: try object.choice("picks", default: .any),
                seatIndex: try object.whole("seat_index", default: 0, in: 0...100_000), groups: try groups(object),
                tries: try object.whole("tries", default: 3, in: 1...100), visits: try visits(object),
                retries: try object.part("retries", retries) ?? ScenarioPeople.Retries(),
                leavesQueue: try object.number("leaves_queue", default: 0, in: 0...1),
                queuePatienceSeconds: try object.span("queue_patience_seconds", default: 1...30, in: 0...86_400),
                cards: try cards(object))
            try checkOrder(people, object)
            return people
        }
    }

    private static func retries(_ object: ScenarioObject) throws -> ScenarioPeople.Retries {
        var retries = ScenarioPeople.Retries()
        retries.times = try object.whole("times", default: retries.times, in: 0...1_000)
        retries.wait = try object.choice("waits", default: retries.wait)
        return retries
    }

    private static func chances(_ object: ScenarioObject, _ does: [Deed]) throws -> [Deed: Double] {
        var chances: [Deed: Double] = [:]
        for (name, tree, path) in try object.entries("chances") {
            let deed = try deed(name, path, does)
            guard case .number(let chance) = tree, (0...1).contains(chance) else {
                throw ScenarioFailure(path: path, problem: "has to be a number from 0 to 1")
            }
            chances[deed] = chance
        }
        return chances
    }

    private static func thinks(_ object: ScenarioObject, _ does: [Deed]) throws -> [Deed: ClosedRange<Double>] {
        var thinks: [Deed: ClosedRange<Double>] = [:]
        for (name, tree, path) in try object.entries("thinks_milliseconds") {
            thinks[try deed(name, path, does)] = try ScenarioObject.span(tree, at: path, in: 0...3_600_000)
        }
        return thinks
    }

    private static func deed(_ name: String, _ path: String, _ does: [Deed]) throws -> Deed {
        guard let deed = Deed(rawValue: name), does.contains(deed) else {
            throw ScenarioFailure(
                path: path, problem: "is nothing that they do: \(does.map(\.rawValue).joined(separator: ", "))")
        }
        return deed
    }

    private static func groups(_ object: ScenarioObject) throws -> [(seats: Int, share: Double)] {
        let groups = try shares(object, "groups").map { name, share, path in
            guard let seats = Int(name), (1...50).contains(seats) else {
                throw ScenarioFailure(path: path, problem: "has to be a number of seats from 1 to 50")
            }
            return (seats: seats, share: share)
        }
        return groups.isEmpty ? [(seats: 1, share: 1)] : groups
    }

    private static func cards(_ object: ScenarioObject) throws -> [(token: String, share: Double)] {
        let cards = try shares(object, "cards").map { (token: $0.0, share: $0.1) }
        return cards.isEmpty ? [(token: "sandbox_succeed", share: 1)] : cards
    }

    private static func shares(_ object: ScenarioObject, _ name: String) throws -> [(String, Double, String)] {
        try object.entries(name).map { name, tree, path in
            guard case .number(let share) = tree, share > 0, share <= 1_000_000 else {
                throw ScenarioFailure(path: path, problem: "has to be a share above 0")
            }
            return (name, share, path)
        }
    }

    private static func visits(_ object: ScenarioObject) throws -> ClosedRange<Int> {
        let span = try object.span("visits", default: 1...1, in: 1...1_000)
        guard let low = Int(exactly: span.lowerBound), let high = Int(exactly: span.upperBound) else {
            throw object.failure("visits", "has to be two whole numbers")
        }
        return low...high
    }

    /// What a deed needs to have been done before it.
    private static func checkOrder(_ people: ScenarioPeople, _ object: ScenarioObject) throws {
        guard !people.does.isEmpty else { throw object.failure("does", "names nothing that they do") }
        let needs: [Deed: Deed] = [.giveBack: .hold, .order: .hold, .pay: .order, .refund: .pay]
        for (place, deed) in people.does.enumerated() {
            if let needed = needs[deed], !people.does[..<place].contains(needed) {
                throw object.failure("does[\(place)]", "is \(deed.rawValue), which needs \(needed.rawValue) before it")
            }
            if deed != .browse, people.does[..<place].contains(deed) {
                throw object.failure("does[\(place)]", "is \(deed.rawValue) a second time")
            }
        }
        if people.does.contains(.giveBack), people.does.contains(.order) {
            throw object.failure("does", "names give_back and order: seats are given back, or bought")
        }
    }
}
