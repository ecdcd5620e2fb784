import CoreMetrics
import Testing

@testable import Telemetry

struct MetricsTests {
    private func lines(_ registry: MetricsRegistry) -> [String] {
        registry.rendered().split(separator: "\n").map(String.init)
    }

    @Test func `a counter counts for each set of labels`() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "http.requests", dimensions: [("status", "200"), ("a", "x")]).increment(by: 2)
        registry.makeCounter(label: "http.requests", dimensions: [("a", "x"), ("status", "200")]).increment(by: 3)
        registry.makeCounter(label: "http.requests", dimensions: []).increment(by: 1)
        let lines = lines(registry)
        #expect(lines.contains("# TYPE http_requests_total counter"))
        #expect(lines.contains(#"http_requests_total{a="x",status="200"} 5"#))
        #expect(lines.contains("http_requests_total 1"))
    }

    @Test func `a timer is a histogram in seconds`() {
        let registry = MetricsRegistry()
        let timer = registry.makeTimer(label: "call", dimensions: [("to", "x")])
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(60_000_000_000)
        let lines = lines(registry)
        #expect(lines.contains("# TYPE call_seconds histogram"))
        #expect(lines.contains(#"call_seconds_bucket{to="x",le="0.0005"} 0"#))
        #expect(lines.contains(#"call_seconds_bucket{to="x",le="0.001"} 1"#))
        #expect(lines.contains(#"call_seconds_bucket{to="x",le="10"} 1"#))
        #expect(lines.contains(#"call_seconds_bucket{to="x",le="+Inf"} 2"#))
        #expect(lines.contains(#"call_seconds_count{to="x"} 2"#))
        #expect(lines.contains(#"call_seconds_sum{to="x"} 60.001"#))
    }

    @Test func `gauges go up and down`() {
        let registry = MetricsRegistry()
        let gauge = registry.makeMeter(label: "open", dimensions: [])
        gauge.increment(by: 3)
        gauge.decrement(by: 1.5)
        registry.makeRecorder(label: "last", dimensions: [], aggregate: false).record(Int64(7))
        #expect(lines(registry).contains("open 1.5"))
        #expect(lines(registry).contains("last 7"))
    }

    @Test func `names and values can't break the format`() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "9 läufe{}", dimensions: [("a-b", "x\"y\\\n}")]).increment(by: 1)
        #expect(lines(registry).contains(#"_9_l_ufe___total{a_b="x\"y\\\n}"} 1"#))
    }

    @Test func `label sets without end are counted and not kept`() {
        let registry = MetricsRegistry()
        for index in 0..<(MetricsRegistry.seriesPerNameMax + 50) {
            registry.makeCounter(label: "seen", dimensions: [("id", "\(index)")]).increment(by: 1)
        }
        let lines = lines(registry)
        #expect(lines.count { $0.hasPrefix("seen_total{") } == MetricsRegistry.seriesPerNameMax)
        #expect(lines.contains("metrics_series_dropped_total 50"))
    }

    @Test func `one name is one kind`() {
        let registry = MetricsRegistry()
        registry.makeMeter(label: "x_total", dimensions: []).set(4.0)
        registry.makeCounter(label: "x", dimensions: []).increment(by: 1)
        #expect(lines(registry).filter { $0.hasPrefix("# TYPE x_total") } == ["# TYPE x_total gauge"])
        #expect(lines(registry).contains("x_total 4"))
    }

    @Test func `counting from many tasks loses nothing`() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let timer = registry.makeTimer(label: "t", dimensions: [])
                    for _ in 0..<10_000 { timer.recordNanoseconds(1_000_000_000) }
                }
            }
        }
        #expect(lines(registry).contains("t_seconds_count 80000"))
        #expect(lines(registry).contains("t_seconds_sum 80000"))
    }

    @Test(arguments: [
        "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds",
        "process_start_time_seconds",
    ])
    func `the process is measured`(name: String) throws {
        var text = MetricsText()
        ProcessMetrics.append(to: &text)
        let line = try #require(text.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
        #expect(try #require(Double(line.dropFirst(name.count + 1))) > 0)
    }
}
