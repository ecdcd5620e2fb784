import Crypto
import Foundation

/// Gives each asset a name that holds a hash of its bytes, and rewrites who refers to it.
///
/// A reference is the asset's name in quotes, alone or behind `./` or `assets/`. A file's hash covers its rewritten
/// references, so files are named from the leaves up; files that refer to each other in a circle can't be named.
struct AssetFingerprints {
    private static let quotes: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    private static let prefixes = ["./", "assets/", "/assets/"]
    private static let referenceBytesMax = 128

    /// The rewritten bytes by their new names.
    private(set) var files: [String: [UInt8]] = [:]
    private var newNames: [String: String] = [:]

    init(files originals: [String: [UInt8]]) throws {
        let names = Set(originals.keys)
        var open = originals.mapValues { Self.references(in: $0, to: names) }
        while !open.isEmpty {
            let ready = open.filter { name, needs in needs.allSatisfy { $0 == name || open[$0] == nil } }.keys.sorted()
            guard !ready.isEmpty else {
                throw SiteFailure(
                    description: "the page's files refer to each other in a circle: \(open.keys.sorted())")
            }
            for name in ready {
                guard open.removeValue(forKey: name) != nil, let bytes = originals[name] else { continue }
                let final = Self.isText(name) ? rewritten(bytes) : bytes
                let newName = Self.fingerprinted(name, final)
                newNames[name] = newName
                files[newName] = final
            }
        }
    }

    /// A file's bytes with its references rewritten.
    func rewritten(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 1024)
        var copied = 0
        Self.forEachReference(in: bytes) { name, range in
            guard let newName = newNames[name] else { return }
            text += bytes[copied..<range.lowerBound]
            text += newName.utf8
            copied = range.upperBound
        }
        return text + bytes[copied...]
    }

    private static func references(in bytes: [UInt8], to names: Set<String>) -> Set<String> {
        var found: Set<String> = []
        forEachReference(in: bytes) { name, _ in if names.contains(name) { found.insert(name) } }
        return found
    }

    /// Calls `body` with what may be a reference, a short text between two quotes, and where its name stands.
    private static func forEachReference(in bytes: [UInt8], _ body: (String, Range<Int>) -> Void) {
        var opened: Int?
        for (index, byte) in bytes.enumerated() where quotes.contains(byte) {
            // Each quote may close the one before it and open the next: strings need no grammar here.
            if let start = opened, bytes[start - 1] == byte, index - start <= referenceBytesMax {
                let text = String(decoding: bytes[start..<index], as: UTF8.self)
                let prefix = prefixes.first { text.hasPrefix($0) } ?? ""
                body(String(text.dropFirst(prefix.count)), (start + prefix.utf8.count)..<index)
            }
            opened = index + 1
        }
    }

    private static func isText(_ name: String) -> Bool {
        ["js", "css", "json", "svg"].contains(name.split(separator: ".").last.map(String.init) ?? "")
    }

    private static func fingerprinted(_ name: String, _ bytes: [UInt8]) -> String {
        let hash = Hex.text(Array(SHA256.hash(data: bytes).prefix(6)))
        guard let dot = name.lastIndex(of: ".") else { return "\(name)-\(hash)" }
        return "\(name[..<dot])-\(hash)\(name[dot...])"
    }
}
