import Foundation

/// The distributed methods as the contracts' sources declare them, so that one that is added later is asked for too.
enum DeclaredMethods {
    /// What a contract's source says: its name without `Contract`, its methods, and what breaks the rules of DESIGN 4.
    struct Contract: Equatable {
        let name: String
        var methods: Set<String> = []
        var faults: [String] = []
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Shared/Contracts")

    /// The contracts of the house, in the order of their names.
    static func all() throws -> [Contract] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".swift") }
            .flatMap { contracts(in: try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
            .sorted { $0.name < $1.name }
    }

    /// The contracts of one source.
    static func contracts(in source: String) -> [Contract] {
        var found: [Contract] = []
        for line in source.split(separator: "\n") {
            let code = line.drop(while: \.isWhitespace)
            guard !code.hasPrefix("//") else { continue }
            if let name = code.firstMatch(of: /protocol (\w+)Contract\b/)?.1 {
                found.append(Contract(name: name.prefix(1).lowercased() + name.dropFirst()))
            }
            guard code.contains(/\bdistributed (func|var)\b/), !found.isEmpty else { continue }
            if let method = code.wholeMatch(of: /distributed func (\w+)\(_ \w+: \w+\) async throws -> \w+/)?.1 {
                found[found.count - 1].methods.insert(String(method))
            } else {
                found[found.count - 1].faults.append(String(code))
            }
        }
        return found
    }
}
