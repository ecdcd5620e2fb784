import Logging
import Synchronization
import Testing

@testable import Telemetry

struct LogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func take(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    private func logger(_ lines: Lines, level: Logger.Level = .info) -> Logger {
        Logger(label: "test") { label in
            JSONLineLogHandler(label: label, service: "shop", replica: "2", level: level, write: { lines.take($0) })
        }
    }

    @Test func `a line is one JSON object that ends in a newline`() throws {
        let lines = Lines()
        logger(lines).info("hello \"you\"\nline two\u{2028}\u{1B}[31m", metadata: ["b": "2", "a": ["x", "y"]])
        let line = try #require(lines.all.first)
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(line.contains(#""level":"info","service":"shop","replica":"2","pid":"#))
        #expect(line.contains(#""logger":"test","message":"hello \"you\"\nline two\u2028\u001b[31m","a":"["#))
        #expect(line.hasSuffix("\"b\":\"2\"}\n"))
    }

    @Test func `the current task's request and trace are told, and metadata can't forge them`() throws {
        let lines = Lines()
        let trace = try #require(
            TraceContext(traceparent: "00-\(String(repeating: "a", count: 32))-00f067aa0ba902b7-01"))
        RequestID.$current.withValue(RequestID(accepting: "req-1")) {
            TraceContext.$current.withValue(trace) {
                logger(lines).info("x", metadata: ["request_id": "forged", "service": "forged", "trace_id": "forged"])
            }
        }
        let line = try #require(lines.all.first)
        #expect(line.contains(#""request_id":"req-1""#))
        #expect(line.contains(#""trace_id":"\#(String(repeating: "a", count: 32))","span_id":"00f067aa0ba902b7""#))
        #expect(!line.contains("forged"))
    }

    @Test func `a line stays bounded whatever it is given`() throws {
        let lines = Lines()
        let long = String(repeating: "é", count: 100_000)
        logger(lines).info(
            "\(long)", metadata: ["a": "\(long)", "b": "\(long)", "c": "\(long)", "d": "\(long)", "e": "e"])
        let line = try #require(lines.all.first)
        #expect(line.utf8.count < JSONLine.lineBytesMax + 64)
        #expect(line.contains(#""e":"e""#))
        #expect(line.hasSuffix(#","truncated":"true"}"# + "\n"))
    }

    @Test func `lines below the level are not written`() {
        let lines = Lines()
        logger(lines, level: .warning).info("quiet")
        logger(lines, level: .warning).warning("loud")
        #expect(lines.all.count == 1)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_767_225_599_001, "2025-12-31T23:59:59.001Z"),
        (4_102_444_800_000, "2100-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `times are RFC 3339 in UTC`(milliseconds: Int64, text: String) {
        #expect(UTCTimestamp.text(milliseconds: milliseconds) == text)
    }
}
