import Glibc

/// The process's surroundings, as settings come from them.
enum SettingsFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The most bytes of a secret's file.
    static let bytesMax = 65_536

    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else { throw Failure(description: String(cString: strerror(errno))) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw Failure(description: String(cString: strerror(errno))) }
        guard count <= bytesMax else { throw Failure(description: "it has more than \(bytesMax) bytes") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw Failure(description: "it is not UTF-8")
        }
        return text
    }
}

/// The environment of this process.
public func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let variable = entry.pointee {
        let text = String(cString: variable)
        if let equals = text.firstIndex(of: "=") {
            variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        entry += 1
    }
    return variables
}
