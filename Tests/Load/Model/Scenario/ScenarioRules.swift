/// What the parts of a scenario have to be like together.
enum ScenarioRules {
    static func check(_ scenario: Scenario) throws {
        try checkPhases(scenario)
        try checkPeople(scenario)
        try checkExpectations(scenario)
        for (place, blow) in scenario.blows.enumerated() where blow.atSeconds > scenario.seconds {
            throw ScenarioFailure(
                path: "blows[\(place)].at_seconds",
                problem: "is after the end of the last phase, \(ScenarioObject.shown(scenario.seconds)) s")
        }
    }

    private static func checkPhases(_ scenario: Scenario) throws {
        guard !scenario.phases.isEmpty else {
            throw ScenarioFailure(path: "phases", problem: "names no phase: nobody would come")
        }
        guard scenario.seconds <= 86_400 else {
            throw ScenarioFailure(path: "phases", problem: "take more than a day")
        }
        if let twice = repeated(scenario.phases.map(\.name)) {
            throw ScenarioFailure(path: "phases[\(twice)].name", problem: "is another phase's already")
        }
        let multiple = scenario.phases.firstIndex { phase in
            if case .timesCapacity = phase.rate { true } else { false }
        }
        if scenario.capacity != nil, scenario.sale.opensAfterSeconds > 0 {
            throw ScenarioFailure(
                path: "capacity",
                problem: "can't be looked for while the sale is closed: opens_after_seconds has to be 0")
        }
        if let multiple, scenario.capacity == nil {
            throw ScenarioFailure(
                path: "phases[\(multiple)].times_capacity",
                problem: "needs to know the capacity: say by \"capacity\" how it is looked for, {} for the usual way")
        }
    }

    private static func checkPeople(_ scenario: Scenario) throws {
        guard !scenario.people.isEmpty else {
            throw ScenarioFailure(path: "people", problem: "names nobody")
        }
        if let twice = repeated(scenario.people.map(\.name)) {
            throw ScenarioFailure(path: "people[\(twice)].name", problem: "is other people's already")
        }
        if scenario.people.contains(where: \.areCustomers), scenario.customers == 0 {
            throw ScenarioFailure(path: "customers", problem: "is 0, and some of the people have to be signed in")
        }
        let deed: ScenarioPeople.Deed =
            switch scenario.goal {
            case .served: .browse
            case .held: .hold
            case .paid: .pay
            }
        guard scenario.people.contains(where: { $0.does.contains(deed) }) else {
            throw ScenarioFailure(
                path: "goal", problem: "is \(scenario.goal.rawValue), and nobody does \(deed.rawValue)")
        }
    }

    private static func checkExpectations(_ scenario: Scenario) throws {
        let names = scenario.phases.map(\.name)
        for (place, expectation) in scenario.expectations.enumerated() {
            for (member, name) in [("phase", expectation.phase), ("beside", expectation.beside)] {
                guard let name, !names.contains(name) else { continue }
                throw ScenarioFailure(
                    path: "expects[\(place)].\(member)",
                    problem: "is \"\(name)\", and the phases are \(names.joined(separator: ", "))")
            }
            if [.durable, .durablePerSecond].contains(expectation.what), expectation.step != .hold,
                expectation.step != .pay
            {
                throw ScenarioFailure(
                    path: "expects[\(place)].step", problem: "has to be hold or pay: those are counted afterwards")
            }
        }
    }

    /// The place of the first name that was there before.
    private static func repeated(_ names: [String]) -> Int? {
        var known: Set<String> = []
        return names.firstIndex { !known.insert($0).inserted }
    }
}
