/// Carries a call's bytes to a replica and the answer's bytes back.
public protocol OutboundCalling: Sendable {
    /// The answer's bytes; throws `CallFailure`.
    nonisolated(nonsending) func call(
        _ address: ActorAddress, method: String, body: [UInt8]
    ) async throws -> [UInt8]
}
