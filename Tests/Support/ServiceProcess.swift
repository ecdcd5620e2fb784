import Foundation
import Synchronization

/// One of our own executables, as it is delivered: found beside the test bundle, with settings of its own and no others.
public final class ServiceProcess: Sendable {
    /// How a process ended, and what it said.
    public struct Ending: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it.
        public let status: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
    }

    private let name: String
    private let arguments: [String]
    private let settings: [String: String]
    private let input: String
    private let folder: String
    private let process = Mutex<ChildProcess?>(nil)

    /// Prepares a process that does not run yet; `input` is what it reads from standard input.
    public init(_ name: String, _ arguments: [String] = [], settings: [String: String], input: String = "") throws {
        self.name = name
        self.arguments = arguments
        self.settings = settings
        self.input = input
        folder = try ServerProcess.makeFolder("service-test")
    }

    /// Starts it; a shell watches the test's process and ends it when that is gone.
    public func start() throws {
        try input.write(toFile: folder + "/input", atomically: false, encoding: .utf8)
        let output = try Self.file(folder + "/output")
        let errors = try Self.file(folder + "/errors")
        let process = try ChildProcess(
            [try Self.executable(name)] + arguments, in: folder, environment: settings, input: folder + "/input",
            output: output.fileDescriptor, errors: errors.fileDescriptor)
        try ServerProcess.watch(process.id, folder: folder)
        self.process.withLock { $0 = process }
    }

    /// Whether it runs.
    public var isRunning: Bool { process.withLock { $0.map { $0.ending == nil } ?? false } }

    /// What it wrote to standard error so far: its log.
    public var log: String { (try? String(contentsOfFile: folder + "/errors", encoding: .utf8)) ?? "" }

    /// Sends a signal.
    public func signal(_ number: Int32) {
        process.withLock { $0?.signal(number) }
    }

    /// Waits until it is gone; throws `NeverHappened` when it stays longer than the time.
    public func ending(within limit: Duration = .seconds(20)) async throws -> Ending {
        try await eventually("\(name) ends", within: limit) { !isRunning }
        return Ending(
            status: process.withLock { $0?.ending } ?? -1,
            output: (try? String(contentsOfFile: folder + "/output", encoding: .utf8)) ?? "", errors: log)
    }

    /// Runs an executable to its end.
    public static func run(
        _ name: String, _ arguments: [String] = [], settings: [String: String] = [:], input: String = ""
    ) async throws -> Ending {
        let service = try ServiceProcess(name, arguments, settings: settings, input: input)
        try service.start()
        return try await service.ending()
    }

    private static func executable(_ name: String) throws -> String {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let executable = bundle.deletingLastPathComponent().appending(path: name)
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw ChildProcess.Failure(description: "\(executable.path) is not built")
        }
        return executable.path
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw ChildProcess.Failure(description: "\(path) can't be written")
        }
        return handle
    }
}
