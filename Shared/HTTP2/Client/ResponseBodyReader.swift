public import NIOCore

/// Takes a response's body as it arrives, on its loop and without a task: for thousands of streams that are passed on.
public protocol ResponseBodyReader: AnyObject {
    /// More of the body. The peer may send as many bytes more once `ClientResponseBody.taken` tells that these are gone.
    func received(_ chunk: ByteBuffer)

    /// The body is over, whole or not, or was let go of. Called once, and nothing after it.
    func ended()
}

extension ClientResponseBody {
    /// The loop on which the body arrives.
    public var eventLoop: any EventLoop { lease.inbox.eventLoop }

    /// Gives `reader` what is there and what comes; to be called once, on the body's loop, in place of iterating. The
    /// reader is held until the body is over.
    public func read(by reader: any ResponseBodyReader) {
        lease.inbox.read(by: reader)
    }

    /// Gives the peer back so many bytes of what its reader received; on the body's loop.
    public func taken(_ bytes: Int) {
        lease.inbox.taken(bytes)
    }
}
