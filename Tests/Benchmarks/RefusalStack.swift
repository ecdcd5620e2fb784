import ArgumentParser
import Foundation
import TestSupport

/// A running stack as its data folder shows it, and gateways beside its own.
struct RefusalStack {
    /// A gateway of the benchmark's own.
    struct Gateway {
        let process: Child
        let port: Int
    }

    private let folder: URL
    /// What the stack's first gateway was started with.
    private let settings: [String: String]

    init(data: String) throws {
        folder = URL(filePath: data).appending(path: "run")
        guard let pid = Self.pid(of: "gateway-1", in: folder),
            let environment = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))
        else { throw ValidationError("no stack runs in \(data): start deploy/local/run") }
        var settings: [String: String] = [:]
        for pair in environment.split(separator: 0) {
            let parts = String(decoding: pair, as: UTF8.self).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { settings[String(parts[0])] = String(parts[1]) }
        }
        self.settings = settings
    }

    /// Starts a gateway with settings of its own on top, and waits until it is ready. Nothing else is limited there.
    func gateway(_ changes: [String: String] = [:]) async throws -> Gateway {
        let port = FreePort.find()
        let admin = AdminPort(port: FreePort.find())
        var environment = settings
        environment["BOXOFFICE_PUBLIC_ADDRESS"] = "127.0.0.1:\(port)"
        environment["BOXOFFICE_ADMIN_ADDRESS"] = "127.0.0.1:\(admin.port)"
        for name in ["SOURCE_REQUESTS_PER_SECOND", "SOURCE_SIGN_INS_PER_SECOND", "ACCOUNT_REQUESTS_PER_SECOND"] {
            environment["BOXOFFICE_\(name)"] = "0"
        }
        environment["BOXOFFICE_TRUSTED_PROXIES"] = nil
        environment.merge(changes) { _, change in change }
        let process = try Child(
            CommandLine.siblingProgram("gateway"), [], isReadyOn: port, environment: environment)
        try await admin.waitUntilReady()
        return Gateway(process: process, port: port)
    }

    /// The processor time so far of everything that a gateway asks: services, PostgreSQL, Redis.
    var processorNanosecondsBehind: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        let roots = names.filter { name in
            name.hasSuffix(".pid")
                && ["seat-reservation", "payment", "realtime-push", "postgres", "redis"].contains {
                    name.hasPrefix($0)
                }
        }.compactMap { Self.pid(of: String($0.dropLast(4)), in: folder) }
        let parents = Self.parents()
        let children = parents.filter { roots.contains($0.value) }.map(\.key)
        return (roots + children).reduce(0) { $0 + Child.processorNanoseconds(of: $1) }
    }

    private static func pid(of name: String, in folder: URL) -> Int? {
        let text = try? String(contentsOf: folder.appending(path: "\(name).pid"), encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Each process's parent: PostgreSQL has one for each connection.
    private static func parents() -> [Int: Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var parents: [Int: Int] = [:]
        for pid in names.compactMap({ Int($0) }) {
            // After the name in brackets, which may hold anything: the state, then the parent.
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 1, let parent = Int(fields[1]) { parents[pid] = parent }
        }
        return parents
    }
}
