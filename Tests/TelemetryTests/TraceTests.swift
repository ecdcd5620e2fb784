import Testing

@testable import Telemetry

struct TraceTests {
    static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a traceparent is read and written the same`() throws {
        let trace = try #require(TraceContext(traceparent: Self.parent))
        #expect(trace.traceparent == Self.parent)
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.spanID == "00f067aa0ba902b7")
        #expect(trace.isSampled)
    }

    @Test func `a later version may say more`() {
        #expect(TraceContext(traceparent: "cc" + Self.parent.dropFirst(2) + "-what-the-future") != nil)
        #expect(TraceContext(traceparent: Self.parent + "-more") == nil)
        #expect(TraceContext(traceparent: "cc" + Self.parent.dropFirst(2) + ".more") == nil)
    }

    @Test(arguments: [
        "", "00", "ff" + parent.dropFirst(2), parent.uppercased(), String(parent.dropLast()),
        "0g" + parent.dropFirst(2),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-0",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
    ])
    func `what is no traceparent is refused`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `a child keeps the trace and gets a span of its own`() {
        let trace = TraceContext.make()
        let child = trace.child()
        #expect(child.traceID == trace.traceID)
        #expect(child.span != trace.span)
        #expect(child.parentSpan == trace.span)
        #expect(TraceContext(traceparent: child.traceparent)?.span == child.span)
    }

    @Test func `ids are never made twice`() {
        #expect(Set((0..<10_000).map { _ in RequestID.make() }).count == 10_000)
    }

    @Test(arguments: ["", "a b", "a\n", "é", "a\"", String(repeating: "x", count: 65)])
    func `an ill-formed request id is not taken over`(text: String) {
        #expect(RequestID(accepting: text) == nil)
    }

    @Test func `a well-formed request id is taken over`() {
        #expect(RequestID(accepting: "Aa0._-")?.description == "Aa0._-")
    }
}
