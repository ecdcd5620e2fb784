public import NIOCore

/// Writes a response's body piece by piece.
public struct ResponseBodyWriter: Sendable {
    let outbox: BodyOutbox

    /// Sends `chunk`; returns once the transport can take more, so that a client that does not read holds its
    /// writer and no memory. Fails when the client went away, or took nothing for the listener's
    /// `writeStallMilliseconds`: then one more write may say the last words.
    public func write(_ chunk: ByteBuffer) async throws(ResponseWriteFailure) {
        switch await outbox.write(chunk) {
        case .taken: return
        case .stalled: throw .stalled
        case .disconnected: throw .disconnected
        }
    }

    /// Sends the UTF-8 of `text`.
    public func write(_ text: String) async throws(ResponseWriteFailure) {
        try await write(ByteBuffer(string: text))
    }
}

/// Why a response's body could not be written.
public enum ResponseWriteFailure: Error, Sendable {
    /// The client went away or does not want the rest.
    case disconnected
    /// The client takes nothing.
    case stalled
}
