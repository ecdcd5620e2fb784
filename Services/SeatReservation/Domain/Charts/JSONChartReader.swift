import Foundation

/// Decodes a chart's JSON, and says in a sentence where it is not what was expected.
struct JSONChartReader {
    let settings: ChartImportSettings

    func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], convertsSnakeCase: Bool,
        problem code: ChartProblem.Code = .malformedFile
    ) throws(ChartProblem) -> Value {
        guard depth(of: bytes) <= settings.depthMax else {
            throw ChartProblem(.tooDeep, "The JSON nests deeper than \(settings.depthMax) levels.")
        }
        let decoder = JSONDecoder()
        if convertsSnakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            let path = path(of: error)
            throw ChartProblem(code, ids: path.isEmpty ? [] : [path], sentence(for: error, at: path))
        } catch {
            throw ChartProblem(code, "The file is not JSON.")
        }
    }

    /// The deepest nesting of brackets outside of strings.
    func depth(of bytes: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    private func path(of error: DecodingError) -> String {
        let keys: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: []
            }
        return keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    private func sentence(for error: DecodingError, at path: String) -> String {
        switch error {
        case .keyNotFound: "The member \(path) is missing."
        case .valueNotFound: "The member \(path) is null or missing."
        case .typeMismatch: "The member \(path) has the wrong type."
        case .dataCorrupted where path.isEmpty: "The file is not JSON."
        case .dataCorrupted: "The member \(path) has a value that can't be read."
        @unknown default: "The file can't be read."
        }
    }
}
