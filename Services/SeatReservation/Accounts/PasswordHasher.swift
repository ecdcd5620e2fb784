import ActorTransport
import Crypto
import CryptoExtras
import Foundation
import Glibc
import NIOPosix
import Shedding
import Synchronization

/// Hashes passwords by scrypt (RFC 7914) on threads of its own, never beside the sale.
///
/// The text is `scrypt$<log2 N>$<r>$<p>$<salt>$<key>`, salt and key as base64, so that the cost can be raised later.
final class PasswordHasher: Sendable {
    /// Too many passwords wait.
    struct Overloaded: Error {}

    private static let logRounds = 14
    private static let blockSize = 8
    private static let parallelism = 1
    private static let saltBytes = 16
    private static let keyBytes = 32
    /// How much its threads stand back behind those that sell (nice(2)).
    private static let niceness: Int32 = 10

    /// Nobody begins to wait who would wait longer than this, as far as the last ones tell.
    private static let waitMax: Duration = .seconds(3)

    private struct State {
        /// Those whose password is worked on among them.
        var waiting = 0
        /// What one takes, the last ones more than those before.
        var typical: Duration = .milliseconds(50)
    }

    private let pool: NIOThreadPool
    private let threads: Int
    private let waitingMax: Int
    private let state = Mutex(State())

    init(threads: Int, waitingMax: Int) {
        self.threads = threads
        pool = NIOThreadPool(numberOfThreads: threads)
        self.waitingMax = waitingMax
        pool.start()
    }

    /// Whether one more may wait.
    var hasRoom: Bool { state.withLock { fits($0) } }

    /// The text to be kept for a password.
    func hash(_ password: String) async throws -> String {
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max) }
        return try await run {
            let key = try Self.derive(password, salt: salt, logRounds: Self.logRounds)
            let parts = ["scrypt", "\(Self.logRounds)", "\(Self.blockSize)", "\(Self.parallelism)"]
            return (parts + [Data(salt).base64EncodedString(), key.base64EncodedString()]).joined(separator: "$")
        }
    }

    /// Whether a password is the one of a kept text. Without a text it takes as long, and is false.
    func matches(_ password: String, _ text: String?) async throws -> Bool {
        try await run {
            guard let text, let kept = Self.parts(of: text) else {
                _ = try Self.derive(
                    password, salt: [UInt8](repeating: 0, count: Self.saltBytes), logRounds: Self.logRounds)
                return false
            }
            let key = try Self.derive(password, salt: kept.salt, logRounds: kept.logRounds)
            return zip(key, kept.key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0 && key.count == kept.key.count
        }
    }

    func stop() async throws {
        try await pool.shutdownGracefully()
    }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let isWelcome = state.withLock { state in
            guard fits(state) else { return false }
            state.waiting += 1
            return true
        }
        guard isWelcome else { throw Overloaded() }
        defer { state.withLock { $0.waiting -= 1 } }
        let deadline = CallContext.current.deadline
        return try await IntakeSlot.elsewhere {
            try await pool.runIfActive {
                // Of the calling thread alone, on Linux; it costs nothing beside what follows.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
                let began = ContinuousClock.now
                if let deadline, began >= deadline { throw Overloaded() }
                defer { self.took(ContinuousClock.now - began) }
                return try work()
            }
        }
    }

    private func fits(_ state: State) -> Bool {
        state.waiting < waitingMax && state.typical * state.waiting / threads < Self.waitMax
    }

    private func took(_ duration: Duration) {
        state.withLock { $0.typical += (duration - $0.typical) / 8 }
    }

    private static func derive(_ password: String, salt: [UInt8], logRounds: Int) throws -> Data {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: keyBytes, rounds: 1 << logRounds,
            blockSize: blockSize, parallelism: parallelism, maxMemory: 64 << 20)
        return key.withUnsafeBytes { Data($0) }
    }

    private static func parts(of text: String) -> (logRounds: Int, salt: [UInt8], key: [UInt8])? {
        let parts = text.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]), (10...20).contains(logRounds),
            parts[2] == "\(blockSize)", parts[3] == "\(parallelism)",
            let salt = Data(base64Encoded: String(parts[4])), let key = Data(base64Encoded: String(parts[5]))
        else { return nil }
        return (logRounds, Array(salt), Array(key))
    }
}
