/// Why a body could not be read to its end.
public enum BodyReadFailure: Error, Equatable, Sendable {
    /// The body has more than `bytesMax` bytes; answer 413.
    case tooLarge(bytesMax: Int)
    /// The peer went away or took the message back.
    case disconnected
    /// The body did not arrive in time; answer 408.
    case timedOut
    /// Two tasks read one body at once, which is a bug of the reader.
    case readTwice
}
