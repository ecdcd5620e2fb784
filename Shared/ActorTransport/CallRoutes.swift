/// The methods of one contract, by their names on the wire, each with its types: the receiving side's table.
///
/// A name from the wire chooses among these closures and nothing else.
public struct CallRoutes<Receiver: Sendable>: Sendable {
    typealias Call = @Sendable (Receiver, [UInt8], any CallCoding) async throws -> [UInt8]

    /// The contract's stable name, the first part of the path after `/actors/`.
    public let contract: String
    private(set) var calls: [String: Call] = [:]

    /// An empty table.
    public init(contract: String) {
        self.contract = contract
    }

    /// The methods' names.
    public var methods: Set<String> { Set(calls.keys) }

    /// Adds a method; a name used twice is our bug.
    public mutating func on<Request: Codable & Sendable, Response: Codable & Sendable>(
        _ method: String, _ call: @escaping @Sendable (Receiver, Request) async throws -> Response
    ) {
        precondition(calls[method] == nil, "\(contract)/\(method) stands twice")
        calls[method] = { receiver, body, coding in
            let request: Request
            do {
                request = try coding.decode(Request.self, from: body)
            } catch {
                throw CallFailure(.malformed, detail: "\(error)")
            }
            return try coding.encode(try await call(receiver, request))
        }
    }
}
