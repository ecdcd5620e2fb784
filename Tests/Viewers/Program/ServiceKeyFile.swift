import ActorTransport
import ArgumentParser
import Foundation

/// The keys that a stack's services know each other by: `id:hex,id:hex`.
enum ServiceKeyFile {
    static func read(_ path: String) throws -> ServiceKeys {
        let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return ServiceKeys(
            try text.split(separator: ",").map { part in
                let halves = part.split(separator: ":")
                guard halves.count == 2 else { throw ValidationError("\(path) is not id:hex,id:hex") }
                let digits = halves[1].compactMap(\.hexDigitValue)
                let secret = stride(from: 0, to: digits.count - 1, by: 2).map {
                    UInt8(digits[$0] << 4 | digits[$0 + 1])
                }
                return ServiceKeys.Key(id: String(halves[0]), secret: secret)
            })
    }
}
