import NIOCore

/// Gathers a body into one buffer.
enum BodyCollector {
    nonisolated(nonsending) static func collect(_ inbox: BodyInbox?, upTo bytesMax: Int) async throws -> ByteBuffer {
        guard let inbox, var whole = try await inbox.next() else { return ByteBuffer() }
        guard whole.readableBytes <= bytesMax else { throw BodyReadFailure.tooLarge(bytesMax: bytesMax) }
        while var chunk = try await inbox.next() {
            guard whole.readableBytes + chunk.readableBytes <= bytesMax else {
                throw BodyReadFailure.tooLarge(bytesMax: bytesMax)
            }
            whole.writeBuffer(&chunk)
        }
        return whole
    }
}
