import CNghttp2

/// The callbacks of libnghttp2: each finds its connection behind `user_data`, and its request behind the stream's.
enum SessionPlumbing {
    // Unsafe only by its type: a pointer that is written once, here, and read ever after.
    nonisolated(unsafe) static let callbacks: OpaquePointer? = make()

    private static func make() -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0 else { return nil }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, nameCount, value, valueCount, _, _ in
            // Of most fields nothing is wanted: whose they are is asked for the others alone.
            guard let frame, let name, let value, nameCount == 7 || nameCount == 11,
                name[0] == UInt8(ascii: ":") || name[0] == UInt8(ascii: "r"),
                let slot = SessionPlumbing.slot(of: frame.pointee.hd.stream_id, session)
            else { return 0 }
            SessionPlumbing.header(
                UnsafeBufferPointer(start: name, count: nameCount),
                UnsafeBufferPointer(start: value, count: valueCount), of: slot)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session, _, streamID, bytes, count, _ in
            guard let bytes, let slot = SessionPlumbing.slot(of: streamID, session), slot.keepsBody else { return 0 }
            if slot.body.count + count <= RequestSlot.bodyBytesMax {
                slot.body.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, user in
            guard let frame, let user else { return 0 }
            let header = frame.pointee.hd
            switch UInt32(header.type) {
            case NGHTTP2_SETTINGS.rawValue: SessionPlumbing.connection(user).greeted()
            case NGHTTP2_GOAWAY.rawValue: SessionPlumbing.connection(user).told()
            case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
                guard UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 else { return 0 }
                SessionPlumbing.slot(of: header.stream_id, session)?.isEnded = true
            default: break
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, streamID, code, user in
            guard let user, let slot = SessionPlumbing.slot(of: streamID, session) else { return 0 }
            SessionPlumbing.connection(user).streamClosed(slot, code: code)
            return 0
        }
        return callbacks
    }

    /// Borrowed: libnghttp2 runs only while the loop holds the connection.
    private static func connection(_ user: UnsafeMutableRawPointer) -> LoadConnection {
        Unmanaged<LoadConnection>.fromOpaque(user).takeUnretainedValue()
    }

    /// Borrowed as well: the loop keeps its slots as long as it lives.
    private static func slot(of streamID: Int32, _ session: OpaquePointer?) -> RequestSlot? {
        guard streamID > 0, let pointer = nghttp2_session_get_stream_user_data(session, streamID) else { return nil }
        return Unmanaged<RequestSlot>.fromOpaque(pointer).takeUnretainedValue()
    }

    private static func header(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, of slot: RequestSlot
    ) {
        // No other field of an answer begins like this and is as long.
        if name.count == 7, name[0] == UInt8(ascii: ":") {
            slot.status = value.prefix(3).reduce(0) { $0 * 10 + Int($1 & 15) }
            // Why something was refused is always of interest.
            if slot.status >= 400 { slot.keepsBody = true }
        } else if name.count == 11, name[0] == UInt8(ascii: "r"), name.elementsEqual("retry-after".utf8) {
            slot.retryAfterSeconds = Double(String(decoding: value, as: UTF8.self)).flatMap { $0 >= 0 ? $0 : nil }
        }
    }
}
