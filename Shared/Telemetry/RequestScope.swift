/// Runs the work of one request under its id and its trace, so that every log line and every call further on carries
/// them.
public enum RequestScope {
    /// Goes on with what the caller sent (a `traceparent` and a request id), or begins anew where it sent nothing or
    /// nothing well formed.
    public nonisolated(nonsending) static func run<Result>(
        traceparent: String? = nil, requestID: String? = nil, _ work: () async throws -> Result
    ) async rethrows -> Result {
        let trace = traceparent.flatMap { TraceContext(traceparent: $0) }?.child() ?? .make()
        let id = requestID.flatMap { RequestID(accepting: $0) } ?? .make()
        return try await TraceContext.$current.withValue(trace) {
            try await RequestID.$current.withValue(id) { try await work() }
        }
    }
}
