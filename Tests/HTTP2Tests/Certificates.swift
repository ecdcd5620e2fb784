import Foundation
import HTTP2
import TestSupport

/// Authorities and certificates for one test, made by openssl in a folder of its own.
struct Certificates {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["one", "two"] {
            try openssl(
                ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                    + ["-subj", "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem")])
        }
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func authority(_ name: String) -> String { path("\(name).pem") }

    /// A certificate for a name by an authority; a second one for the same name takes the place of the first.
    @discardableResult
    func issue(_ name: String, authority: String, mutual: TLSFiles.Mutual? = nil) throws -> TLSFiles {
        let files = TLSFiles(certificate: path("\(name).crt"), key: path("\(name).private"), mutual: mutual)
        try openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)"]
                + ["-addext", "basicConstraints=critical,CA:FALSE"]
                + ["-CA", path("\(authority).pem"), "-CAkey", path("\(authority).key")]
                + ["-keyout", files.key, "-out", files.certificate])
        return files
    }

    /// Puts another authority's certificate in the place of one's.
    func replaceAuthority(_ name: String, by other: String) throws {
        for kind in ["pem", "key"] {
            try FileManager.default.removeItem(atPath: path("\(name).\(kind)"))
            try FileManager.default.copyItem(atPath: path("\(other).\(kind)"), toPath: path("\(name).\(kind)"))
        }
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    private func openssl(_ arguments: [String]) throws {
        let result = try ChildProcess.run(["openssl"] + arguments)
        guard result.status == 0 else { throw OpenSSLFailure(printed: String(decoding: result.printed, as: UTF8.self)) }
    }

    private struct OpenSSLFailure: Error {
        let printed: String
    }
}
