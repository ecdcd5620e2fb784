import Wire

/// A refusal that many get at once: its bytes are made once, and each gets them with the id of its own request.
struct SharedRefusal: Sendable {
    /// Stands in the bytes where the request's id belongs; no seat's number and no word of ours contains it.
    private static let mark = "THE-REQUEST-ID-STANDS-HERE"

    private let status: Int
    private let before: [UInt8]
    private let after: [UInt8]

    init(_ problem: Problem) throws(WireJSONFailure) {
        status = problem.status
        let bytes = try WireJSON.encode(problem.with { $0.requestId = Self.mark })
        let mark = Array(Self.mark.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
            preconditionFailure("a problem without its request's id")
        }
        before = Array(bytes[..<start])
        after = Array(bytes[(start + mark.count)...])
    }

    /// The answer to one request. An id holds nothing that JSON would have to escape.
    func answer(requestID: String) -> Answer {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(before.count + requestID.utf8.count + after.count)
        bytes += before
        bytes += requestID.utf8
        bytes += after
        return Answer(status: status, body: RawJSON(trusting: bytes))
    }
}
