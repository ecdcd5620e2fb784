import Wire

extension Answer {
    /// A refusal that names the request that it was the answer to.
    init(refusal problem: Problem, of requestID: String?) throws {
        try self.init(refusal: problem.with { $0.requestId = requestID })
    }
}
