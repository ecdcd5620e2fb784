import ArgumentParser
import Foundation

/// A program that a benchmark starts and looks at.
final class Child {
    private let process = Process()

    /// Starts `tool` (a path or a name) and waits until something listens on `port`.
    init(_ tool: String, _ arguments: [String], isReadyOn port: Int) throws {
        try Self.prepare(process, tool, arguments)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = Date.now + 10
        while !Self.isListening(port) {
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
    var processorNanoseconds: Int {
        let tasks = "/proc/\(process.processIdentifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.reduce(0) { sum, thread in
            let text = try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)
            return sum + (text?.split(separator: " ").first.flatMap { Int($0) } ?? 0)
        }
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
            throw ValidationError("\(tool) is not installed (Debian: nghttp2-client, nghttp2-server)")
        }
        process.executableURL = URL(fileURLWithPath: path)
    }

    private static func isListening(_ port: Int) -> Bool {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        let suffix = ":" + String(format: "%04X", port)
        return tables.joined(separator: "\n").split(separator: "\n").contains { line in
            let columns = line.split(separator: " ")
            return columns.count > 3 && columns[1].hasSuffix(suffix) && columns[3] == "0A"
        }
    }
}
