import Telemetry
import Wire

extension Answer {
    /// A refusal that names the request that it is the answer to.
    init(refusing problem: Problem) throws {
        try self.init(refusal: problem.with { $0.requestId = $0.requestId ?? RequestID.current?.description })
    }
}
