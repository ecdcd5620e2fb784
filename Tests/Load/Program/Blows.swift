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

    /// Strikes at the scenario's times, from the first arrival on; what came of each is told.
    func strike(_ scenario: Scenario, startedAt: Timestamp, tell: @escaping @Sendable (String) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for blow in scenario.blows {
                group.addTask {
                    let at = startedAt.unixMicroseconds + Int64(blow.atSeconds * 1_000_000)
                    let wait = at - Timestamp.now.unixMicroseconds
                    try? await Task.sleep(for: .microseconds(max(0, wait)))
                    guard !Task.isCancelled else { return }
                    tell("\(blow.name), \(LoadFigures.short(blow.atSeconds)) s: \(await strike(blow.name))")
                }
            }
        }
    }

    /// Strikes after the end; an error where one fails.
    func strikeAtEnd(_ scenario: Scenario) async throws {
        for name in scenario.blowsAtEnd { _ = try await commands[name]?.runWell() }
    }

    private func strike(_ name: String) async -> String {
        guard let command = commands[name] else { return "no such command" }
        do {
            return "exit code \(try await command.run().exitCode)"
        } catch {
            return "\(error)"
        }
    }
}
