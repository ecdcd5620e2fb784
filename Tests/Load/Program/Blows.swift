import Foundation
import LoadModel
import Ticketing

/// What is done to a stack while it is asked, by commands.
struct Blows: Sendable {
    private let commands: [String: ShellCommand]

    /// Commands by their names.
    init(_ commands: [String: ShellCommand]) {
        self.commands = commands
    }

    /// The names that a scenario needs and nobody gave.
    func missing(for scenario: Scenario) -> [String] {
        Set(scenario.blows.map(\.name) + scenario.blowsAtEnd).subtracting(commands.keys).sorted()
    }

    /// Strikes at the scenario's times, from the first arrival on; what came of each is told, and answered is what kept
    /// any from being struck: a scenario without its blows is another one.
    func strike(
        _ scenario: Scenario, startedAt: Timestamp, tell: @escaping @Sendable (String) -> Void
    ) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for blow in scenario.blows {
                group.addTask {
                    let at = startedAt.unixMicroseconds + Int64(blow.atSeconds * 1_000_000)
                    let wait = at - Timestamp.now.unixMicroseconds
                    try? await Task.sleep(for: .microseconds(max(0, wait)))
                    let when = "\(LoadFigures.short(blow.atSeconds)) s"
                    guard !Task.isCancelled else { return "The blow \(blow.name) was not struck at \(when)." }
                    let fault = await strike(blow.name)
                    tell("\(blow.name), \(when): \(fault ?? "struck")")
                    return fault.map { "The blow \(blow.name) failed at \(when): \($0)" }
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }.sorted()
        }
    }

    /// Strikes after the end, one after the other; answers what kept any from being struck.
    func strikeAtEnd(_ scenario: Scenario) async -> [String] {
        var faults: [String] = []
        for name in scenario.blowsAtEnd {
            if let fault = await strike(name) { faults.append("The blow \(name) failed at the end: \(fault)") }
        }
        return faults
    }

    /// Nil where it was struck.
    private func strike(_ name: String) async -> String? {
        guard let command = commands[name] else { return "There is no such command." }
        do {
            _ = try await command.runWell()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
