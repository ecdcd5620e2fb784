import Foundation
import LoadModel

/// A command that whoever plays a scenario gave as a line for a shell.
struct ShellCommand: Sendable {
    /// How it ended.
    struct Ending: Sendable {
        let exitCode: Int32
        let output: [UInt8]
    }

    /// Why it did not do what it was to do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let line: String

    /// Runs it with more arguments behind it; what it says on standard error is shown. Not on a thread that tasks share.
    func run(_ arguments: [String] = [], environment: [String: String] = [:]) async throws -> Ending {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try self.runHere(arguments, environment) })
            }
        }
    }

    /// The same; anything but 0 is an error.
    func runWell(_ arguments: [String] = [], environment: [String: String] = [:]) async throws -> [UInt8] {
        let ending = try await run(arguments, environment: environment)
        guard ending.exitCode == 0 else {
            throw Failure(
                description: "'\(([line] + arguments.prefix(2)).joined(separator: " "))' ended with \(ending.exitCode)."
            )
        }
        return ending.output
    }

    private func runHere(_ arguments: [String], _ environment: [String: String]) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // Arguments are passed on as they are, whatever they hold.
        process.arguments = ["-c", "\(line) \"$@\"", "sh"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let isKilled = process.terminationReason == .uncaughtSignal
        return Ending(exitCode: process.terminationStatus + (isKilled ? 128 : 0), output: Array(output))
    }
}
