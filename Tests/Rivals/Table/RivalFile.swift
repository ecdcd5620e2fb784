import Foundation
import Wire

/// A file to which every measurement of a run appends its rows: one JSON object a line.
public struct RivalFile: Sendable {
    /// What a line is that is no row.
    public struct Failure: Error, CustomStringConvertible {
        /// A sentence for a person.
        public let description: String
    }

    private let path: String

    /// A file, which need not be there yet.
    public init(path: String) {
        self.path = path
    }

    /// Adds rows at the end.
    public func append(_ rows: [RivalRow]) throws {
        var bytes: [UInt8] = []
        for row in rows { bytes += try WireJSON.encode(row) + [UInt8(ascii: "\n")] }
        guard let file = FileHandle(forWritingAtPath: path) else {
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
                throw Failure(description: "\(path) can't be written.")
            }
            return
        }
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: bytes)
    }

    /// All rows, in their order.
    public func rows() throws -> [RivalRow] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(description: "\(path) can't be read.")
        }
        return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do {
                return try WireJSON.decode(RivalRow.self, from: line)
            } catch {
                throw Failure(description: "Line \(number + 1) of \(path) is no row: \(error)")
            }
        }
    }
}
