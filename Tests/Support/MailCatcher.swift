import Foundation

/// The local stack's mail catcher (`deploy/local/mail-catcher`), with TLS and a login: another one's SMTP server.
public final class MailCatcher: Sendable {
    /// Where it takes mails, as `localhost`.
    public let port: Int
    /// Who signs its certificate.
    public let authority: String
    private let folder: String
    private let process: ServerProcess

    /// Starts it and returns when it listens.
    public init(login: String) async throws {
        folder = try ServerProcess.makeFolder("mail-catcher")
        authority = "\(folder)/certificate.pem"
        port = FreePort.find()
        try ServerProcess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
                + ["-keyout", "\(folder)/key.pem", "-out", authority], in: folder)
        let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/local/mail-catcher").path
        process = ServerProcess(
            ["/usr/bin/python3", program, "--smtp", "\(port)", "--folder", "\(folder)/mails"]
                + ["--certificate", authority, "--key", "\(folder)/key.pem", "--login", login],
            folder: folder, log: "\(folder)/log")
        try process.start()
        // A command of curl's own: it says hello and goes.
        try await eventually("the mail catcher listens") {
            let (status, _) = try ChildProcess.run([
                "curl", "--silent", "--max-time", "2", "smtp://127.0.0.1:\(port)", "--request", "NOOP",
            ])
            return status == 0
        }
    }

    /// The mails that it took, as they came.
    public var mails: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/mails")) ?? []
        return names.sorted().filter { $0.hasSuffix(".eml") }.compactMap {
            try? String(contentsOfFile: "\(folder)/mails/\($0)", encoding: .utf8)
        }
    }

    /// Ends it.
    public func kill() {
        process.kill()
    }
}
