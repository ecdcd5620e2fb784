import Glibc
public import Logging

/// Writes each log line as one JSON object to standard error, in one `write`.
///
/// Members: `time`, `level`, `service`, `replica`, `pid`, `logger`, `message`; `request_id`, `trace_id` and `span_id`
/// of the current task; then the metadata, whose names yield to those before.
public struct JSONLineLogHandler: LogHandler {
    /// Metadata of each line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Adds metadata of the current task.
    public var metadataProvider: Logger.MetadataProvider?
    /// The least level that is written.
    public var logLevel: Logger.Level

    private let label: String
    private let service: String
    private let replica: String
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler for one logger.
    ///
    /// - Parameter write: takes each whole line; standard error unless a test wants to see it.
    public init(
        label: String, service: String, replica: String, level: Logger.Level,
        write: @escaping @Sendable ([UInt8]) -> Void = JSONLineLogHandler.writeToStandardError
    ) {
        self.label = label
        self.service = service
        self.replica = replica
        self.write = write
        logLevel = level
    }

    /// One value of this logger's metadata.
    public subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { metadata[name] }
        set { metadata[name] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var line = JSONLine()
        line.append("time", UTCTimestamp.text(milliseconds: UTCTimestamp.nowMilliseconds()))
        line.append("level", event.level.rawValue)
        line.append("service", service)
        if !replica.isEmpty { line.append("replica", replica) }
        line.append("pid", Int(getpid()))
        line.append("logger", label)
        line.append("message", event.message.description)
        if let request = RequestID.current { line.append("request_id", request.description) }
        if let trace = TraceContext.current {
            line.append("trace_id", trace.traceID)
            line.append("span_id", trace.spanID)
        }
        for (name, value) in merged(event).sorted(by: { $0.key < $1.key }) where !isTaken(name) {
            line.append(name, value.description)
        }
        if let error = event.error { line.append("error", String(describing: error)) }
        write(line.ended())
    }

    private func merged(_ event: LogEvent) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        return all
    }

    private func isTaken(_ name: String) -> Bool {
        switch name {
        case "time", "level", "service", "replica", "pid", "logger", "message", "truncated": true
        case "request_id": RequestID.current != nil
        case "trace_id", "span_id": TraceContext.current != nil
        default: false
        }
    }

    /// Writes bytes to standard error in one call, so that lines of several threads and processes don't mix.
    ///
    /// A line that nobody takes is dropped: a full pipe must not stop a service.
    @Sendable public static func writeToStandardError(_ line: [UInt8]) {
        line.withUnsafeBytes { line in
            var rest = line[...]
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    return
                }
                rest = rest.dropFirst(written)
            }
        }
    }
}
