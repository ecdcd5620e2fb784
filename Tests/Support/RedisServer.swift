import Foundation

/// A throw-away Redis for a test, on a free port of 127.0.0.1, that keeps nothing.
public final class RedisServer: Sendable {
    /// The port that it listens on, also after a restart.
    public let port: Int
    /// The server's process.
    public let process: ServerProcess

    /// Prepares a server that is not running yet.
    public init(password: String? = nil) throws {
        port = FreePort.find()
        let folder = try ServerProcess.makeFolder("redis-test")
        let arguments = [
            "redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--daemonize", "no",
        ]
        process = ServerProcess(
            arguments + (password.map { ["--requirepass", $0] } ?? []), folder: folder, log: folder + "/log")
    }

    /// Runs a command by `redis-cli`, aside of what is tested, and answers what it printed.
    @discardableResult
    public func execute(_ command: String...) throws -> String {
        try ServerProcess.run(["redis-cli", "-p", String(port)] + command, in: "/")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
