/// A refusal that many get at once: its bytes are made once and travel once, and each gets them with the id of its own
/// request.
public struct SharedRefusal: Codable, Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The problem, without a request's id.
    public let body: RawJSON

    /// A problem that several are told.
    public init(_ problem: Problem) throws(WireJSONFailure) {
        status = problem.status
        body = try RawJSON(encoding: problem.with { $0.requestId = nil })
    }

    /// The answer to one request. Its id holds nothing that JSON would have to escape.
    public func answer(requestID: String) -> Answer {
        // Every problem is an object; what a service of another version might send in its place is passed on as it is.
        guard body.bytes.last == UInt8(ascii: "}") else { return Answer(status: status, body: body) }
        let member = #","request_id":""#.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.bytes.count + member.count + requestID.utf8.count + 1)
        bytes += body.bytes[..<(body.bytes.count - 1)]
        bytes += member
        bytes += requestID.utf8
        bytes += #""}"#.utf8
        return Answer(status: status, body: RawJSON(trusting: bytes))
    }
}
