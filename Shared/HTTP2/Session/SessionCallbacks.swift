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
            return SessionCallbacks.connection(user).headersBegan(frame)
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameCount, value, valueCount, _, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.connection(user).headerReceived(
                frame, UnsafeBufferPointer(start: name, count: nameCount),
                UnsafeBufferPointer(start: value, count: valueCount))
            return 0
        }
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, user in
            guard let header, let user else { return 0 }
            SessionCallbacks.connection(user).frameBegan(header)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.connection(user).frameReceived(frame)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, streamID, bytes, count, user in
            guard let bytes, let user else { return 0 }
            SessionCallbacks.connection(user).dataReceived(streamID, UnsafeBufferPointer(start: bytes, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.connection(user).frameSent(frame)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, user in
            guard let frame, let user else { return 0 }
            SessionCallbacks.connection(user).frameNotSent(frame)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, streamID, code, user in
            guard let user else { return 0 }
            SessionCallbacks.connection(user).streamClosed(streamID, code)
            return 0
        }
        return callbacks
    }

    private static func connection(_ user: UnsafeMutableRawPointer) -> HTTP2Connection {
        Unmanaged<HTTP2Connection>.fromOpaque(user).takeUnretainedValue()
    }
}
