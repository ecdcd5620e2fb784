import Crypto
import Foundation

/// Gives each asset a name that holds a hash of its bytes, and rewrites who refers to it.
///
/// A reference is the asset's name in quotes, alone or behind `./` or `assets/`. A file's hash covers its rewritten
/// references, so files are named from the leaves up; files that refer to each other in a circle can't be named.
struct AssetFingerprints {
    /// The rewritten bytes by their new names.
    private(set) var files: [String: [UInt8]] = [:]
    private var newNames: [String: String] = [:]

    init(files originals: [String: [UInt8]]) throws {
        var open = originals.mapValues { String(decoding: $0, as: UTF8.self) }
        while !open.isEmpty {
            let ready = open.keys.sorted().filter { name in
                !open.keys.contains { $0 != name && Self.refers(open[name] ?? "", to: $0) }
            }
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
        var text = String(decoding: bytes, as: UTF8.self)
        for (name, newName) in newNames {
            for (quote, prefix) in Self.forms {
                text = text.replacingOccurrences(
                    of: quote + prefix + name + quote, with: quote + prefix + newName + quote)
            }
        }
        return Array(text.utf8)
    }

    private static let forms = ["\"", "'"].flatMap { quote in ["", "./", "assets/", "/assets/"].map { (quote, $0) } }

    private static func refers(_ text: String, to name: String) -> Bool {
        forms.contains { quote, prefix in text.contains(quote + prefix + name + quote) }
    }

    private static func isText(_ name: String) -> Bool {
        ["js", "css", "json", "svg"].contains(name.split(separator: ".").last.map(String.init) ?? "")
    }

    private static func fingerprinted(_ name: String, _ bytes: [UInt8]) -> String {
        let hash = Hex.text(SHA256.hash(data: bytes).prefix(6))
        guard let dot = name.lastIndex(of: ".") else { return "\(name)-\(hash)" }
        return "\(name[..<dot])-\(hash)\(name[dot...])"
    }
}
