import Foundation
import Synchronization

/// A child process, made by `posix_spawn`.
///
/// Foundation's `Process` tells an end by a socket that other children inherit: among many at once it waits for the end
/// of the longest.
public final class ChildProcess: Sendable {
    /// A tool that a test needs ended badly, or could not be started.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// As many may be opened by other threads until the child begins. It closes them as well: a connection that a child
    /// has too does not end by our closing it, nor does a pipe.
    private static let openedMeanwhile: Int32 = 512

    /// The process's id.
    public let id: Int32
    private let status = Mutex<Int32?>(nil)

    /// Starts a program found by `PATH`, in `folder`; `environment` replaces ours. Its standard input is read from the
    /// file `input`; its output goes to the descriptors, and is thrown away without one.
    public init(
        _ arguments: [String], in folder: String = "/", environment: [String: String]? = nil,
        input: String = "/dev/null", output: Int32? = nil, errors: Int32? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        for (descriptor, target) in [(output, Int32(1)), (errors, 2)] {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0)
            }
        }
        for descriptor in 3...Self.lastDescriptor() + Self.openedMeanwhile {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // No signal is blocked or ignored, whatever thread starts it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let command = ["/usr/bin/env", "-C", folder] + arguments
        let variables = environment ?? ProcessInfo.processInfo.environment
        var strings = command.map { strdup($0) }
        var settings = variables.map { strdup("\($0)=\($1)") }
        defer { (strings + settings).forEach { free($0) } }
        strings.append(nil)
        settings.append(nil)
        var id: Int32 = 0
        let code = posix_spawn(&id, command[0], &actions, &attributes, strings, settings)
        guard code == 0 else { throw Failure(description: "\(arguments[0]) can't be started: errno \(code)") }
        self.id = id
    }

    /// The exit code when it is gone: 128 and the signal's number when a signal ended it.
    public var ending: Int32? {
        status.withLock { status in
            if status == nil { status = Self.reap(id) }
            return status
        }
    }

    /// Waits until it is gone, and answers its exit code.
    @discardableResult
    public func wait() -> Int32 {
        while true {
            if let ending { return ending }
            // Waits without taking the end, which a question from elsewhere may take meanwhile.
            var information = siginfo_t()
            waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT)
        }
    }

    /// Sends a signal, unless it is known to be gone.
    public func signal(_ number: Int32) {
        status.withLock { if $0 == nil { kill(id, number) } }
    }

    /// Runs a program to its end and answers its exit code and what it printed.
    public static func run(
        _ arguments: [String], in folder: String = "/", environment: [String: String] = [:]
    ) throws -> (status: Int32, printed: [UInt8]) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        let reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let child = try {
            defer { close(ends[1]) }
            return try ChildProcess(
                arguments, in: folder, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
                output: ends[1], errors: ends[1])
        }()
        let printed = Array(try reading.readToEnd() ?? Data())
        return (child.wait(), printed)
    }

    private static func reap(_ id: Int32) -> Int32? {
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private static func lastDescriptor() -> Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.max() ?? 2
    }
}
