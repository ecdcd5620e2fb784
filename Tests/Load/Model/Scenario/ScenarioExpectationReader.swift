/// Reads one expectation.
enum ScenarioExpectationReader {
    static func read(_ tree: ScenarioTree, at path: String) throws -> ScenarioExpectation {
        try ScenarioObject.read(tree, at: path) { object in
            guard object.has("what") else {
                let choices = ScenarioExpectation.What.allCases.map(\.rawValue).joined(separator: ", ")
                throw object.failure("what", "is missing: give one of \(choices)")
            }
            let what: ScenarioExpectation.What = try object.choice("what", default: .goodputOfPeak)
            let expectation = ScenarioExpectation(
                what, phase: try optionalText("phase", of: object), beside: try optionalText("beside", of: object),
                step: try step(object), atLeast: try bound("at_least", of: object),
                atMost: try bound("at_most", of: object))
            guard expectation.atLeast != nil || expectation.atMost != nil else {
                throw object.failure("at_least", "or at_most is missing: say what has to come of it")
            }
            for (name, isNeeded, isThere) in [
                ("phase", what.needs.phase, expectation.phase != nil),
                ("beside", what.needs.beside, expectation.beside != nil),
                ("step", what.needs.step, expectation.step != nil),
            ] where isNeeded && !isThere {
                throw object.failure(name, "is missing: \(what.rawValue) is told of one")
            }
            return expectation
        }
    }

    private static func optionalText(_ name: String, of object: ScenarioObject) throws -> String? {
        object.has(name) ? try object.text(name) : nil
    }

    private static func bound(_ name: String, of object: ScenarioObject) throws -> Double? {
        object.has(name) ? try object.number(name, in: -1e12...1e12) : nil
    }

    private static func step(_ object: ScenarioObject) throws -> LoadStep? {
        object.has("step") ? try object.choice("step", default: LoadStep.hold) : nil
    }
}
