import Foundation

/// The sessions of customers that were made beforehand, one after the other in memory.
public struct CustomerTokens: Sendable {
    /// Why a file is none of `create-customers`.
    public struct Failure: Error, CustomStringConvertible {
        /// A sentence for a person.
        public let description: String
    }

    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    private static let member = Array("\"session_token\":\"".utf8)
    private static let tokenBytesMax = 512

    /// Nobody.
    public init() {}

    /// Reads the lines of `create-customers`.
    /// - Throws: `Failure`, with the line at fault.
    public init(lines: some Collection<UInt8>) throws {
        for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let token = Self.token(in: Array(line)) else {
                throw Failure(description: "Line \(number + 1) holds no \"session_token\".")
            }
            bytes += token
            ends.append(bytes.count)
        }
    }

    /// Reads a file of `create-customers`.
    /// - Throws: `Failure`.
    public init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(description: "\(file) can't be read.")
        }
        do {
            try self.init(lines: data)
        } catch let failure as Failure {
            throw Failure(description: "\(file): \(failure.description)")
        }
    }

    /// How many there are.
    public var count: Int { ends.count }

    /// One customer's token.
    public subscript(customer: Int) -> ArraySlice<UInt8> {
        bytes[(customer == 0 ? 0 : ends[customer - 1])..<ends[customer]]
    }

    private static func token(in line: [UInt8]) -> ArraySlice<UInt8>? {
        guard line.count > member.count else { return nil }
        for start in 0...line.count - member.count
        where line[start] == member[0] && line[start..<start + member.count].elementsEqual(member) {
            let token = line[(start + member.count)...].prefix { $0 != UInt8(ascii: "\"") }
            // Visible ASCII: it becomes a header field.
            guard (1...tokenBytesMax).contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                return nil
            }
            return token
        }
        return nil
    }
}
