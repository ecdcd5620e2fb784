import Foundation
import Synchronization

/// A throw-away PostgreSQL for a test run, on a free port of 127.0.0.1, with the superuser `postgres` and no password.
///
/// Tests share `PostgresServer.shared` and make a database each; those that kill or freeze make a server of their own.
public final class PostgresServer: Sendable {
    // One `initdb` a test process: each server starts from a copy of it.
    private static let template = Mutex<String?>(nil)
    private static let sharedServer = Mutex<PostgresServer?>(nil)
    private static let databaseCount = Atomic<Int>(0)

    /// The port that it listens on, also after a restart.
    public let port: Int
    /// The server's process.
    public let process: ServerProcess
    /// Where its socket and its log are.
    public let folder: String

    /// The server that all suites of a test process share; started by the first.
    public static func shared() throws -> PostgresServer {
        try sharedServer.withLock { server in
            if let server { return server }
            let new = try PostgresServer()
            try new.startAndWait()
            server = new
            return new
        }
    }

    /// Prepares a server that is not running yet. `settings` are lines such as `work_mem='1MB'`.
    public init(settings: [String] = []) throws {
        let template = try Self.madeTemplate()
        folder = try ServerProcess.makeFolder("postgres-test")
        port = FreePort.find()
        try ServerProcess.run(["cp", "-a", template + "/data", folder + "/data"], in: "/")
        if geteuid() == 0 { try ServerProcess.run(["chown", "postgres", folder], in: "/") }
        try Self.add(settings, in: folder)
        process = Self.process(in: folder, port: port)
    }

    /// Prepares a standby that follows another server, from a copy of it.
    public init(standbyOf primary: PostgresServer) throws {
        folder = try ServerProcess.makeFolder("postgres-standby")
        port = FreePort.find()
        if geteuid() == 0 { try ServerProcess.run(["chown", "postgres", folder], in: "/") }
        let copying = [
            Self.tool("pg_basebackup"), "-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres", "-D",
            folder + "/data", "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
        ]
        try ServerProcess.run(Self.asOrdinaryUser(copying), in: folder)
        process = Self.process(in: folder, port: port)
    }

    /// Starts the server and returns when it answers.
    public func startAndWait() throws {
        try process.start()
        try waitUntilAnswering()
    }

    /// Returns when the server answers.
    public func waitUntilAnswering() throws {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do {
                try ServerProcess.run([Self.tool("pg_isready"), "-q", "-h", "127.0.0.1", "-p", String(port)], in: "/")
                return
            } catch {
                if ContinuousClock.now > end { throw error }
                usleep(20_000)
            }
        }
    }

    /// Makes an empty database and answers its name.
    public func makeDatabase() throws -> String {
        let name = "test_\(Self.databaseCount.add(1, ordering: .relaxed).newValue)"
        try execute("CREATE DATABASE \(name)", in: "postgres")
        return name
    }

    /// Runs SQL by `psql`, aside of what is tested, and answers what it printed, unaligned.
    @discardableResult
    public func execute(_ sql: String, in database: String) throws -> String {
        let arguments = [
            Self.tool("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", String(port),
            "-U", "postgres", "-d", database, "-c", sql,
        ]
        // A server that waits for a standby must not keep the tests waiting for their own preparations.
        let environment = ["PGOPTIONS": "-c synchronous_commit=local"]
        return try ServerProcess.run(arguments, in: "/", environment: environment).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    /// The same off the threads that tasks share, so that what is tested goes on meanwhile.
    public func executed(_ sql: String, in database: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try self.execute(sql, in: database) })
            }
        }
    }

    /// The server's log so far.
    public var log: String {
        (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
    }

    /// Adds settings to a server's file, where later ones count and ALTER SYSTEM overrides all of them: on the command line
    /// they would override both.
    private static func add(_ settings: [String], in folder: String) throws {
        let path = folder + "/data/postgresql.conf"
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw ChildProcess.Failure(description: "\(path) can't be written.")
        }
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(settings.map { $0 + "\n" }.joined().utf8))
    }

    private static func process(in folder: String, port: Int) -> ServerProcess {
        let options = ["listen_addresses=127.0.0.1", "unix_socket_directories=\(folder)"]
        return ServerProcess(
            asOrdinaryUser([tool("postgres"), "-D", folder + "/data", "-p", String(port)])
                + options.flatMap { ["-c", $0] },
            folder: folder, log: folder + "/log")
    }

    private static func madeTemplate() throws -> String {
        try template.withLock { template in
            if let template { return template }
            let folder = try ServerProcess.makeFolder("postgres-template")
            if geteuid() == 0 { try ServerProcess.run(["chown", "postgres", folder], in: "/") }
            let arguments = [
                tool("initdb"), "-D", folder + "/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync",
            ]
            try ServerProcess.run(asOrdinaryUser(arguments), in: folder)
            try ServerProcess.removeAtExit(folder)
            try add(
                [
                    "fsync=off", "full_page_writes=off", "max_connections=1000", "shared_buffers=64MB",
                    "log_min_messages=warning",
                ], in: folder)
            template = folder
            return folder
        }
    }

    /// PostgreSQL refuses to run as root.
    private static func asOrdinaryUser(_ arguments: [String]) -> [String] {
        guard geteuid() == 0 else { return arguments }
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + arguments
    }

    /// The newest installed version's tool, at Debian's place for it.
    static func tool(_ name: String) -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else { return name }
        return "\(root)/\(newest)/bin/\(name)"
    }
}
