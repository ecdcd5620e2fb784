public import NIOCore

/// Writes a response's body piece by piece.
public struct ResponseBodyWriter: Sendable {
    let outbox: BodyOutbox

    /// Sends `chunk`; returns once the transport can take more, so that a client that does not read holds its
    /// writer and no memory. Fails when the client went away.
    public func write(_ chunk: ByteBuffer) async throws(ResponseWriteFailure) {
        guard await outbox.write(chunk) else { throw .disconnected }
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
}
