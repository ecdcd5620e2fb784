import CNghttp2

/// The callbacks of libnghttp2, made once for both roles: each finds its connection behind `user_data`.
enum SessionCallbacks {
    // Unsafe only by its type: a pointer that is written once, here, and read ever after.
    nonisolated(unsafe) static let shared: OpaquePointer? = make()

    private static func make() -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0 else { return nil }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return 0 }
            return SessionCallbacks.with(user) { $0.headersBegan(frame) }
        }
        nghttp2_session_callbacks_set_on_header_callback2(callbacks) { _, frame, name, value, flags, user in
            guard let frame, let name, let value, let user else { return 0 }
            let isIndexed = flags & UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) == 0
            return SessionCallbacks.with(user) { $0.headerReceived(frame, name, value, isIndexed: isIndexed) }
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.with(user) { $0.frameReceived(frame) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, streamID, bytes, count, user in
            guard let bytes, let user else { return 0 }
            SessionCallbacks.with(user) { $0.dataReceived(streamID, UnsafeBufferPointer(start: bytes, count: count)) }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.with(user) { $0.frameSent(frame) }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.with(user) { $0.frameNotSent(frame) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, streamID, code, user in
            guard let user else { return 0 }
            SessionCallbacks.with(user) { $0.streamClosed(streamID, code) }
            return 0
        }
        return callbacks
    }

    /// Borrows the connection: libnghttp2 runs only while its channel holds it.
    private static func with<Result>(
        _ user: UnsafeMutableRawPointer, _ body: (HTTP2Connection) -> Result
    ) -> Result {
        Unmanaged<HTTP2Connection>.fromOpaque(user)._withUnsafeGuaranteedRef(body)
    }
}
