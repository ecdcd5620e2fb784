import Foundation
import TestSupport

/// Whether a documented command can be given as it is written.
enum CommandCheck {
    /// What we build and may be called by name.
    static let executables = ["gateway", "seat-reservation", "payment", "realtime-push", "benchmarks"]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What is wrong with a command; empty when nothing is.
    static func faults(of command: ReadmeCommand) async throws -> [String] {
        var faults = command.variables.filter { $0.hasPrefix("BOXOFFICE_") && !isKnown($0) }
            .map { "nothing reads \($0)" }
        var words = command.words
        if words.first == "swift", words.count > 1, words[1] == "run" {
            words = Array(words.drop { !executables.contains($0) })
            guard !words.isEmpty else {
                return faults + ["\(command.words.joined(separator: " ")) runs nothing of ours"]
            }
        }
        guard let program = words.first else { return faults }
        let name = program.split(separator: "/").last.map(String.init) ?? program
        if executables.contains(name) {
            faults += try await faultsOfOurs(name, Array(words.dropFirst()))
        } else if program.contains("/") {
            let path = root.appending(path: program).path
            if !FileManager.default.isExecutableFile(atPath: path) { faults.append("\(program) is no program") }
        } else if program == "docker" || program == "podman" || program == "docker-compose" {
            let file = root.appending(path: "docker-compose.yml").path
            if !FileManager.default.fileExists(atPath: file) { faults.append("there is no docker-compose.yml") }
        } else if program != "cd", !isInstalled(program) {
            faults.append("\(program) is not installed")
        }
        return faults
    }

    /// Asks one of our programs whether it knows its subcommand and options; what only tells is run as written.
    private static func faultsOfOurs(_ name: String, _ arguments: [String]) async throws -> [String] {
        let whole = ([name] + arguments).joined(separator: " ")
        if arguments.contains("--settings") || arguments.contains("--help") || arguments.first == "help" {
            let ending = try await ServiceProcess.run(name, arguments)
            return ending.status == 0 && !ending.output.isEmpty ? [] : ["\(whole) ends with \(ending.status)"]
        }
        let subcommand = arguments.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        let help = try await ServiceProcess.run(name, (subcommand.map { ["help", $0] }) ?? ["--help"])
        guard help.status == 0, subcommand.map({ help.output.contains("\(name) \($0)") }) ?? true else {
            return ["\(whole): there is no such subcommand"]
        }
        let known = Set(help.output.matches(of: /(?:^|[\s<,\[(])(-{1,2}[a-z][a-z0-9-]*)/).map { String($0.1) })
        return arguments.filter { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) }
            .filter { !known.contains($0) }.map { "\(whole): there is no option \($0)" }
    }

    /// The subcommands that a row of a table names for its service: `| `payment` | … `audit` |`.
    static func subcommands(in markdown: String) -> [ReadmeCommand] {
        markdown.split(separator: "\n").flatMap { line -> [ReadmeCommand] in
            let names = line.matches(of: /`([^`]+)`/).map { String($0.1) }
            guard line.hasPrefix("|"), let service = names.first, executables.contains(service) else { return [] }
            return names.dropFirst().filter { $0.wholeMatch(of: /[a-z]+(?:-[a-z]+)*/) != nil }
                .map { ReadmeCommand(words: [service, $0]) }
        }
    }

    private static func isKnown(_ variable: String) -> Bool {
        for folder in ["deploy", "Services"] {
            let shelf = root.appending(path: folder)
            let files = (try? FileManager.default.subpathsOfDirectory(atPath: shelf.path)) ?? []
            for file in files where file.hasSuffix(".swift") || file.hasSuffix(".sh") || !file.contains(".") {
                let text = try? String(contentsOf: shelf.appending(path: file), encoding: .utf8)
                if text?.contains(variable) == true { return true }
            }
        }
        return false
    }

    private static func isInstalled(_ program: String) -> Bool {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
