import ArgumentParser
import Foundation
import LoadModel

/// A scenario's file.
enum ScenarioFile {
    static func read(_ path: String) throws -> Scenario {
        guard let file = FileHandle(forReadingAtPath: path),
            let bytes = try file.read(upToCount: ScenarioReader.bytesMax + 1)
        else { throw ValidationError("\(path) can't be read, or is empty.") }
        return try ScenarioReader.read(bytes)
    }
}
