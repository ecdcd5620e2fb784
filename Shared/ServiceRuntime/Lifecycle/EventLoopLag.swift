import CoreMetrics
import NIOCore
import ServiceLifecycle
import Telemetry

/// Measures how late each event loop comes to what was due: `event_loop_lag_seconds`.
struct EventLoopLag: Service, CustomStringConvertible {
    /// How often a loop is asked.
    static let intervalMilliseconds: Int64 = 250

    let group: any EventLoopGroup
    let metrics: MetricsRegistry

    var description: String { "event-loop-lag" }

    func run() async throws {
        var tasks: [RepeatedTask] = []
        for (index, loop) in group.makeIterator().enumerated() {
            let timer = metrics.makeTimer(label: "event_loop_lag", dimensions: [("loop", String(index))])
            tasks.append(Self.watch(loop, timer))
        }
        try? await gracefulShutdown()
        for task in tasks { task.cancel() }
    }

    private static func watch(_ loop: any EventLoop, _ timer: any TimerHandler) -> RepeatedTask {
        let interval = TimeAmount.milliseconds(intervalMilliseconds)
        let due = NIOLoopBoundBox<NIODeadline?>.makeBoxSendingValue(nil, eventLoop: loop)
        return loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let now = loop.now
            if let due = due.value { timer.recordNanoseconds(max(0, (now - due).nanoseconds)) }
            due.value = now + interval
        }
    }
}
