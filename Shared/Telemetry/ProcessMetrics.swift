import Glibc

/// What Prometheus' client libraries say about a process, from `/proc/self`.
enum ProcessMetrics {
    static func append(to text: inout MetricsText) {
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
            sample("process_cpu_seconds_total", .counter, seconds + microseconds / 1e6, &text)
        }
        // The second number of statm is the resident pages.
        if let pages = fields(of: "/proc/self/statm").dropFirst().first.flatMap({ Double($0) }) {
            sample("process_resident_memory_bytes", .gauge, pages * Double(sysconf(Int32(_SC_PAGESIZE))), &text)
        }
        if let open = openDescriptors() { sample("process_open_fds", .gauge, Double(open), &text) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            sample("process_max_fds", .gauge, Double(limit.rlim_cur), &text)
        }
        if let start = startSeconds() { sample("process_start_time_seconds", .gauge, start, &text) }
    }

    private static func sample(_ name: String, _ kind: MetricKind, _ value: Double, _ text: inout MetricsText) {
        text.begin(name, kind: kind)
        text.append(name, value: value)
    }

    private static func fields(of path: String) -> [Substring] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }

    private static func openDescriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != Int8(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        // The folder's own descriptor is one of them.
        return count - 1
    }

    private static func startSeconds() -> Double? {
        // Field 22, counted from after the command's name, which may hold spaces; in clock ticks since the boot.
        let stat = fields(of: "/proc/self/stat")
        guard let name = stat.lastIndex(where: { $0.hasSuffix(")") }), stat.count > name + 20,
            let ticks = Double(stat[name + 20]), let uptime = fields(of: "/proc/uptime").first.flatMap({ Double($0) })
        else { return nil }
        let age = uptime - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        return Double(UTCTimestamp.nowMilliseconds()) / 1_000 - age
    }
}
