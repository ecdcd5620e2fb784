/// An object of a scenario's file: every member is asked for by its name, and what nobody asked for is a mistake.
final class ScenarioObject {
    let path: String
    private let members: [String: ScenarioTree]
    private var asked: Set<String> = []

    /// Reads an object; whoever reads it asks for all that may stand there.
    static func read<Value>(
        _ tree: ScenarioTree, at path: String, _ body: (ScenarioObject) throws -> Value
    ) throws -> Value {
        guard case .object(let members) = tree else {
            let subject = path.isEmpty ? "A scenario " : ""
            throw ScenarioFailure(path: path, problem: "\(subject)has to be an object, not \(tree.kind)")
        }
        let object = ScenarioObject(path: path, members: members)
        let value = try body(object)
        try object.finish()
        return value
    }

    private init(path: String, members: [String: ScenarioTree]) {
        self.path = path
        self.members = members
    }

    // MARK: Members

    func has(_ name: String) -> Bool { take(name) != nil }

    func text(_ name: String, default fallback: String? = nil) throws -> String {
        guard let tree = take(name) else { return try fallback ?? missing(name, "a text") }
        guard case .text(let text) = tree, !text.isEmpty else { throw wrong(name, tree, "a text") }
        return text
    }

    func truth(_ name: String, default fallback: Bool) throws -> Bool {
        guard let tree = take(name) else { return fallback }
        guard case .truth(let truth) = tree else { throw wrong(name, tree, "true or false") }
        return truth
    }

    func number(_ name: String, default fallback: Double? = nil, in range: ClosedRange<Double>) throws -> Double {
        let wanted = "a number from \(Self.shown(range.lowerBound)) to \(Self.shown(range.upperBound))"
        guard let tree = take(name) else { return try fallback ?? missing(name, wanted) }
        guard case .number(let number) = tree, range.contains(number) else { throw wrong(name, tree, wanted) }
        return number
    }

    func whole(_ name: String, default fallback: Int? = nil, in range: ClosedRange<Int>) throws -> Int {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let tree = take(name) else { return try fallback ?? missing(name, wanted) }
        guard case .number(let number) = tree, let whole = Int(exactly: number), range.contains(whole) else {
            throw wrong(name, tree, wanted)
        }
        return whole
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: Choice
    ) throws -> Choice {
        guard let tree = take(name) else { return fallback }
        return try Self.choice(tree, at: place(name))
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ tree: ScenarioTree, at path: String
    ) throws -> Choice {
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .text(let text) = tree else {
            throw ScenarioFailure(path: path, problem: "has to be one of \(choices), not \(tree.kind)")
        }
        guard let choice = Choice(rawValue: text) else {
            throw ScenarioFailure(path: path, problem: "is \"\(text.prefix(40))\": give one of \(choices)")
        }
        return choice
    }

    /// Two numbers, the lower one first.
    func span(
        _ name: String, default fallback: ClosedRange<Double>, in range: ClosedRange<Double>
    ) throws -> ClosedRange<Double> {
        guard let tree = take(name) else { return fallback }
        return try Self.span(tree, at: place(name), in: range)
    }

    static func span(
        _ tree: ScenarioTree, at path: String, in range: ClosedRange<Double>
    ) throws -> ClosedRange<Double> {
        guard case .list(let list) = tree, list.count == 2, case .number(let low) = list[0],
            case .number(let high) = list[1], range.contains(low), range.contains(high), low <= high
        else {
            throw ScenarioFailure(
                path: path,
                problem: "has to be two numbers from \(shown(range.lowerBound)) to \(shown(range.upperBound)), "
                    + "the lower one first")
        }
        return low...high
    }

    /// The elements of a list, each with its place; none where it is left out.
    func list(_ name: String, countMax: Int = 100) throws -> [(tree: ScenarioTree, path: String)] {
        guard let tree = take(name) else { return [] }
        guard case .list(let list) = tree, list.count <= countMax else {
            throw wrong(name, tree, "a list of at most \(countMax)")
        }
        return list.enumerated().map { ($1, "\(place(name))[\($0)]") }
    }

    /// The members of an object whose names are chosen by whoever writes the file, by name.
    func entries(_ name: String) throws -> [(name: String, tree: ScenarioTree, path: String)] {
        guard let tree = take(name) else { return [] }
        guard case .object(let members) = tree else { throw wrong(name, tree, "an object") }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value, "\(place(name)).\($0.key)") }
    }

    /// A part that may be left out.
    func part<Value>(_ name: String, _ body: (ScenarioObject) throws -> Value) throws -> Value? {
        guard let tree = take(name) else { return nil }
        return try Self.read(tree, at: place(name), body)
    }

    func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func failure(_ name: String, _ problem: String) -> ScenarioFailure {
        ScenarioFailure(path: place(name), problem: problem)
    }

    // MARK: Helpers

    private func take(_ name: String) -> ScenarioTree? {
        asked.insert(name)
        guard let tree = members[name] else { return nil }
        if case .nothing = tree { return nil }
        return tree
    }

    private func missing<Value>(_ name: String, _ wanted: String) throws -> Value {
        throw failure(name, "is missing: give \(wanted)")
    }

    private func wrong(_ name: String, _ tree: ScenarioTree, _ wanted: String) -> ScenarioFailure {
        let found: String
        switch tree {
        case .number(let number): found = Self.shown(number)
        case .list(let list): found = "a list of \(list.count)"
        default: found = tree.kind
        }
        return failure(name, "has to be \(wanted), not \(found)")
    }

    private func finish() throws {
        guard let stranger = members.keys.filter({ !asked.contains($0) }).min() else { return }
        throw failure(
            String(stranger.prefix(40)), "is not known here: there may be \(asked.sorted().joined(separator: ", "))")
    }

    static func shown(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? String(number)
    }
}
