import Foundation
import Synchronization

/// A server of a test run: a process that can be killed, frozen and started again, with its children.
///
/// A shell watches the test's process and removes server and folder when it is gone, however it went.
public final class ServerProcess: Sendable {
    private let arguments: [String]
    private let folder: String
    private let log: String
    private let process = Mutex<ChildProcess?>(nil)

    /// `arguments` are the server's command and its arguments; `folder` is where it runs, and where its log goes.
    init(_ arguments: [String], folder: String, log: String) {
        self.arguments = arguments
        self.folder = folder
        self.log = log
    }

    /// The process's id, while it was not stopped.
    public var processID: Int32? {
        process.withLock { $0?.id }
    }

    /// Starts the server; it may take a while until it answers.
    public func start() throws {
        let command = "exec \"$@\" >> \(log) 2>&1 < /dev/null"
        let process = try ChildProcess(["/bin/sh", "-c", command, "sh"] + arguments, in: folder)
        try Self.watch(process.id, folder: folder)
        self.process.withLock { $0 = process }
    }

    /// Ends the server and its children at once (`kill -9`) and waits until they are gone.
    public func kill() {
        guard let process = takeProcess() else { return }
        for id in Self.family(of: process.id) { Glibc.kill(id, SIGKILL) }
        process.wait()
    }

    /// Stops the server and its children without ending them (`SIGSTOP`): connections stay open and silent.
    public func freeze() {
        for id in processID.map(Self.family) ?? [] { Glibc.kill(id, SIGSTOP) }
    }

    /// Lets a frozen server go on.
    public func thaw() {
        for id in processID.map(Self.family) ?? [] { Glibc.kill(id, SIGCONT) }
    }

    /// Asks the server to end in good order (`SIGINT`, PostgreSQL's fast shutdown) and waits for it.
    public func stop() {
        guard let process = takeProcess() else { return }
        process.signal(SIGINT)
        process.wait()
    }

    /// Runs a tool to its end and answers what it printed.
    @discardableResult
    static func run(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws -> String {
        let (status, output) = try ChildProcess.run(arguments, in: folder, environment: environment)
        let printed = String(decoding: output, as: UTF8.self)
        guard status == 0 else {
            throw ChildProcess.Failure(description: "\(arguments.joined(separator: " ")): \(printed)")
        }
        return printed
    }

    /// A folder for a server of this test run, removed with it.
    static func makeFolder(_ name: String) throws -> String {
        var template = Array("/tmp/\(name)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw ChildProcess.Failure(description: "mkdtemp: errno \(errno)") }
        return String(cString: made)
    }

    static func watch(_ id: Int32, folder: String) throws {
        // The families of killed servers are gone by themselves; backends leave when their postmaster has left.
        let script = """
            trap '' INT TERM HUP
            while kill -0 \(getpid()) && kill -0 \(id); do sleep 0.3; done
            kill -0 \(getpid()) && exit
            kill -CONT \(id); pkill -KILL -P \(id); kill -KILL \(id)
            sleep 0.3; rm -rf \(folder)
            """
        try detach(script)
    }

    /// Removes a folder when the test's process is gone.
    static func removeAtExit(_ folder: String) throws {
        try detach("trap '' INT TERM HUP; while kill -0 \(getpid()); do sleep 0.3; done; rm -rf \(folder)")
    }

    private static func detach(_ script: String) throws {
        _ = try ChildProcess(["setsid", "/bin/sh", "-c", script])
    }

    private func takeProcess() -> ChildProcess? {
        process.withLock { process in
            defer { process = nil }
            return process
        }
    }

    /// A process and its children.
    private static func family(of parent: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let children = entries.compactMap(Int32.init).filter { id in
            guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
            // The name, in parentheses, may hold spaces: the parent's id is the second field after it.
            let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == parent
        }
        return [parent] + children
    }
}
