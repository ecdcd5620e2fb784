/// Fields whose value no other message repeats: a request's own id, trace and key.
///
/// In HPACK's table they only push out what comes again. Worse, libnghttp2 looks an entry up by its name and then goes
/// through all that have it, which were some forty values of each of these names, for a value that is never there.
enum OneOffFields {
    /// Whether a name, in lower case, is one of theirs.
    static func contain(_ name: String) -> Bool {
        // By length first: most names are none of these, and this is asked for each field.
        switch name.utf8.count {
        case 10: name == "request-id"
        case 11: name == "traceparent"
        case 12: name == "x-request-id"
        case 15: name == "idempotency-key"
        default: false
        }
    }
}
