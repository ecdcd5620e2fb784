/// Where the current work stands in a trace: W3C Trace Context, level 1, `traceparent`.
public struct TraceContext: Sendable, Hashable {
    /// The work that the current task does.
    @TaskLocal public static var current: TraceContext?

    /// The two halves of the trace's 128 bits; not both are zero.
    public let traceHigh: UInt64
    /// See ``traceHigh``.
    public let traceLow: UInt64
    /// This piece of work; never zero.
    public let span: UInt64
    /// The piece of work that asked for this one, if it is known.
    public let parentSpan: UInt64?
    /// Whether the caller keeps this trace.
    public let isSampled: Bool

    /// The first piece of work of a new trace.
    public static func make(isSampled: Bool = true) -> TraceContext {
        TraceContext(
            traceHigh: RandomIdentifier.next(), traceLow: RandomIdentifier.next(), span: RandomIdentifier.next(),
            parentSpan: nil, isSampled: isSampled)
    }

    /// Reads a `traceparent` header: the caller's piece of work.
    ///
    /// Section 3.2: versions above 00 may be followed by more; ff, upper-case digits and zero ids are refused.
    public init?(traceparent: String) {
        let text = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard
            text.count == 55
                || (text.count > 55 && text[55] == dash && traceparent.utf8.starts(with: "00".utf8) == false),
            text[2] == dash, text[35] == dash, text[52] == dash,
            let version = Self.byte(text[0..<2]), version != 0xFF, let flags = Self.byte(text[53..<55]),
            let high = Hexadecimal.parse(text[3..<19]), let low = Hexadecimal.parse(text[19..<35]), high | low != 0,
            let span = Hexadecimal.parse(text[36..<52]), span != 0
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, parentSpan: nil, isSampled: flags & 1 == 1)
    }

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, parentSpan: UInt64?, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.parentSpan = parentSpan
        self.isSampled = isSampled
    }

    /// A new piece of work that this one asked for.
    public func child() -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: RandomIdentifier.next(), parentSpan: span,
            isSampled: isSampled)
    }

    /// The header for whom this piece of work asks for something.
    public var traceparent: String {
        var text = Array("00-".utf8)
        text.reserveCapacity(55)
        Hexadecimal.append(traceHigh, to: &text)
        Hexadecimal.append(traceLow, to: &text)
        text.append(UInt8(ascii: "-"))
        Hexadecimal.append(span, to: &text)
        text += isSampled ? Array("-01".utf8) : Array("-00".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// The trace as 32 hexadecimal digits.
    public var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }

    /// This piece of work as 16 hexadecimal digits.
    public var spanID: String { String(traceparent.dropFirst(36).prefix(16)) }

    private static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        Hexadecimal.parse(Array(repeating: UInt8(ascii: "0"), count: 14) + digits).map(UInt8.init)
    }
}
