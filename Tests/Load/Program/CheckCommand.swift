import ArgumentParser
import LoadModel

/// Reads scenarios and says what they are about, or what is wrong with them.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read scenarios, and say what is wrong with them.")

    @Argument(help: "The scenarios' files.")
    var scenarios: [String]

    func run() async throws {
        var areRight = true
        for file in scenarios {
            do {
                let scenario = try ScenarioFile.read(file)
                print("\(file): \(scenario.says) (\(LoadFigures.short(scenario.seconds)) s)")
            } catch {
                areRight = false
                print("\(file): \(error)")
            }
        }
        if !areRight { throw ExitCode.failure }
    }
}
