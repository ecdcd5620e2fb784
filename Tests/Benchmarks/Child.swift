import ArgumentParser
import Foundation

/// A program that a benchmark starts and looks at.
final class Child {
    private let process = Process()

    /// Starts `tool` (a path or a name) and waits until something listens on `port`.
    init(
        _ tool: String, _ arguments: [String], isReadyOn port: Int, environment: [String: String]? = nil
    ) throws {
        try Self.prepare(process, tool, arguments)
        if let environment { process.environment = environment }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = Date.now + 10
        while (try? PlainSocket(port: port)) == nil {
            guard process.isRunning, Date.now < deadline else {
                throw ValidationError("\(tool) does not listen on port \(port)")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    func stop() {
        // A child inherits blocked signals from the thread that starts it: only this one always arrives.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The processor time of all its threads so far, user's and system's.
    var processorNanoseconds: Int { Self.processorNanoseconds(of: Int(process.processIdentifier)) }

    /// The processor time of all threads of a process so far, user's and system's.
    static func processorNanoseconds(of pid: Int) -> Int {
        let tasks = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.reduce(0) { sum, thread in
            let text = try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)
            return sum + (text?.split(separator: " ").first.flatMap { Int($0) } ?? 0)
        }
    }

    /// The memory that stands in the machine for it.
    var residentBytes: Int {
        let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }

    /// Runs a program to its end and gives what it printed.
    static func output(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        try prepare(process, tool, arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    private static func prepare(_ process: Process, _ tool: String, _ arguments: [String]) throws {
        process.arguments = arguments
        guard !tool.contains("/") else {
            process.executableURL = URL(fileURLWithPath: tool)
            return
        }
        let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        let path = folders.map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let path else {
            throw ValidationError("\(tool) is not installed: see deploy/local/packages")
        }
        process.executableURL = URL(fileURLWithPath: path)
    }

}

extension CommandLine {
    /// A program that is built beside this one.
    static func siblingProgram(_ name: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
            .path()
    }
}
