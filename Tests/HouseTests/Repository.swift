import Foundation

/// The files of this repository, found from where this file stands.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The paths of all files of these folders, from the root on.
    static func paths(in folders: [String]) throws -> [String] {
        try folders.flatMap { folder -> [String] in
            try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
                .map { "\(folder)/\($0)" }
        }
        .filter { path in
            !path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "node_modules" || $0 == "__pycache__" }
        }
        .sorted()
    }

    static func swiftSources(in folders: [String]) throws -> [SwiftSource] {
        try paths(in: folders).filter { $0.hasSuffix(".swift") }.map { path in
            SwiftSource(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
        }
    }
}
