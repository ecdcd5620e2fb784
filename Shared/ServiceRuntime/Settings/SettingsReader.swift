import Configuration

/// Reads typed settings from the environment, and gathers all that is wrong with them.
///
/// ```swift
/// let settings = try SettingsReader.read(environment) { reader in
///     ShopSettings(itemsMax: reader.int("SHOP_ITEMS_MAX", default: 100, in: 1...1_000, unit: "items",
///                                       "How many items one page lists."))
/// }
/// ```
/// A bad setting gives a stand-in of its type and a line of the failure: ``read(_:_:)`` throws before anybody uses it.
/// An empty variable counts as one that is not set.
public final class SettingsReader {
    /// Everything that was asked for, in that order.
    public private(set) var declarations: [SettingDeclaration] = []

    private let source: ConfigReader
    private let readFile: (String) throws -> String
    private var problems: [String] = []

    private init(environment: [String: String], readFile: @escaping (String) throws -> String) {
        source = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: .all))
        self.readFile = readFile
    }

    /// Reads settings.
    ///
    /// - Parameter environment: the variables; the process's own unless given.
    /// - Throws: every problem at once.
    public static func read<Settings>(
        _ environment: [String: String] = processEnvironment(), _ body: (SettingsReader) -> Settings
    ) throws(SettingsFailure) -> Settings {
        let reader = SettingsReader(environment: environment, readFile: SettingsFile.read)
        let settings = body(reader)
        guard reader.problems.isEmpty else { throw SettingsFailure(problems: reader.problems) }
        return settings
    }

    /// What a service's settings are: the table of a `--settings` option.
    public static func declarations<Settings>(_ body: (SettingsReader) -> Settings) -> [SettingDeclaration] {
        let reader = SettingsReader(environment: [:], readFile: { _ in "" })
        _ = body(reader)
        return reader.declarations
    }

    /// Settings of a part that may not be there: all are declared, and what is wrong with them is told only if the part
    /// is needed. Nil if it is not.
    public func part<Settings>(isNeeded: Bool, _ read: () -> Settings) -> Settings? {
        let problemsBefore = problems
        let settings = read()
        if isNeeded { return settings }
        problems = problemsBefore
        return nil
    }

    // MARK: For the typed readers

    func declare(_ name: String, _ defaultText: String?, _ unit: String, _ meaning: String) {
        guard !declarations.contains(where: { $0.name == name }) else { return }
        declarations.append(
            SettingDeclaration(name: name, defaultText: defaultText, unit: unit, meaning: meaning))
    }

    /// The variable's text; nil if it is not set, or empty.
    func text(_ name: String) -> String? {
        let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
        guard let text = source.string(forKey: key, isSecret: true), !text.isEmpty else { return nil }
        return text
    }

    /// The variable's text, or that of the file that `NAME_FILE` names, without its last line end.
    func secretText(_ name: String) -> String? {
        guard let path = text("\(name)_FILE") else { return text(name) }
        guard text(name) == nil else {
            add(problem: "\(name) and \(name)_FILE are both set; set only one of them")
            return nil
        }
        do {
            var text = try readFile(path)
            while text.last?.isNewline == true { text.removeLast() }
            if text.isEmpty { add(problem: "\(name)_FILE names a file that is empty: \(Self.shown(path))") }
            return text.isEmpty ? nil : text
        } catch {
            add(problem: "\(name)_FILE names a file that can't be read: \(Self.shown(path)) (\(error))")
            return nil
        }
    }

    /// Adds what is wrong with settings that don't go together, on one line that names them.
    public func add(problem: String) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    func addMissing(_ name: String, _ meaning: String, example: String) {
        add(problem: "\(name) is not set. \(meaning) For example: \(name)=\(example)")
    }

    func hasProblem(of name: String) -> Bool {
        problems.contains { $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name)_FILE ") }
    }

    /// A value as a problem may show it: on one line, and not endless.
    static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }
        return "\"\(scalars.joined())\(text.unicodeScalars.count > 80 ? "…" : "")\""
    }
}
