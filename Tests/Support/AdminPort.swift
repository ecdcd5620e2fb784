/// A service's admin port, asked as an operator's machine would.
public struct AdminPort: Sendable {
    /// An answer over HTTP.
    public struct Answer: Sendable {
        /// The status; 0 when nobody answers.
        public let status: Int
        /// The body.
        public let body: String
    }

    /// Where it listens.
    public let port: Int

    /// The admin port of 127.0.0.1.
    public init(port: Int) {
        self.port = port
    }

    /// Asks for a path.
    public func get(_ path: String) -> Answer {
        let arguments = [
            "curl", "--silent", "--max-time", "5", "--write-out", "\n%{http_code}", "http://127.0.0.1:\(port)\(path)",
        ]
        guard let printed = try? ServerProcess.run(arguments, in: "/"), let end = printed.lastIndex(of: "\n") else {
            return Answer(status: 0, body: "")
        }
        return Answer(status: Int(printed[printed.index(after: end)...]) ?? 0, body: String(printed[..<end]))
    }

    /// Waits until the service wants work.
    public func waitUntilReady() async throws {
        try await eventually("the service is ready") { get("/readyz").status == 200 }
    }

    /// The lines of `/metrics` that are not of Prometheus' text format, version 0.0.4.
    public func strangeMetricLines() -> [String] {
        let answer = get("/metrics")
        guard answer.status == 200, !answer.body.isEmpty else { return ["status \(answer.status)"] }
        let name = #"[a-zA-Z_:][a-zA-Z0-9_:]*"#
        let label = #"[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*""#
        let forms = [
            "# HELP \(name) .*", "# TYPE \(name) (?:counter|gauge|histogram|summary|untyped)",
            #"\#(name)(?:\{(?:\#(label)(?:,\#(label))*,?)?\})? (?:[-+]?[0-9.eE+-]+|[+-]?Inf|NaN)(?: [0-9]+)?"#,
        ].compactMap { try? Regex($0) }
        return answer.body.split(separator: "\n").map(String.init).filter { line in
            !forms.contains { line.wholeMatch(of: $0) != nil }
        }
    }
}
