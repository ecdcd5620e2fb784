import CNghttp2

/// What both roles ask of libnghttp2.
enum SessionOptions {
    /// Runs `body` with options under which credit is given back by hand, closed streams are forgotten and
    /// acknowledgements that nobody reads are bounded.
    static func with<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        defer { nghttp2_option_del(option) }
        nghttp2_option_set_no_auto_window_update(option, 1)
        nghttp2_option_set_no_closed_streams(option, 1)
        nghttp2_option_set_max_outbound_ack(option, 1_000)
        nghttp2_option_set_max_settings(option, 32)
        nghttp2_option_set_max_continuations(option, 8)
        return body(option)
    }

    static func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }
}
