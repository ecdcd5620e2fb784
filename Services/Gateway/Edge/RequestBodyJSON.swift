import HTTP2
import HTTPTypes
import NIOCore
import Wire

/// A request's body, read whole once: its bytes for the fingerprint, its value for the call.
struct JSONBody<Value: Sendable>: Sendable {
    let value: Value
    let bytes: [UInt8]
}

extension ServerRequest {
    /// Reads the body as JSON of a type. Fails with `EdgeRefusal`: 415 for another media type, 413 when it has too
    /// many bytes, 408 when it does not arrive, 422 with the member at fault.
    nonisolated(nonsending) func json<Value: Decodable & Sendable>(
        _ type: Value.Type, bytesMax: Int
    ) async throws -> JSONBody<Value> {
        guard isJSON else { throw EdgeRefusal(Problem(.unsupportedMediaType, detail: "Send application/json.")) }
        let bytes = try await bodyBytes(bytesMax: bytesMax)
        do {
            return JSONBody(value: try WireJSON.decode(type, from: bytes), bytes: bytes)
        } catch {
            throw EdgeRefusal(.invalidField(error.path, error.code.rawValue, detail: error.detail))
        }
    }

    /// The body's bytes, as they came.
    nonisolated(nonsending) func bodyBytes(bytesMax: Int) async throws -> [UInt8] {
        do {
            let whole = try await body.collect(upTo: bytesMax)
            return whole.withUnsafeReadableBytes { Array($0) }
        } catch BodyReadFailure.tooLarge {
            throw EdgeRefusal(Problem(.bodyTooLarge, detail: "At most \(bytesMax) bytes are read."))
        } catch BodyReadFailure.timedOut {
            throw EdgeRefusal(Problem(.requestTimeout))
        }
    }

    private var isJSON: Bool {
        guard let type = headerFields.value(of: .contentType) else { return false }
        // As nearly everybody says it.
        if type == "application/json" { return true }
        let essence = type.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return essence.lowercased().filter { $0 != " " && $0 != "\t" } == "application/json"
    }
}
