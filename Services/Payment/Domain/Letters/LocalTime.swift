import Glibc
import Ticketing

/// An instant on the calendar of the process's time zone (`TZ`).
struct LocalTime: Hashable, Sendable {
    let year: Int
    /// From 1.
    let month: Int
    let day: Int
    /// From 0, a Sunday.
    let weekday: Int
    let hour: Int
    let minute: Int
    /// `KST`, `UTC`.
    let zone: String

    init(_ time: Timestamp) {
        var seconds = time_t(time.unixMicroseconds / 1_000_000)
        var parts = tm()
        // localtime_r need not look at TZ, as localtime does.
        tzset()
        localtime_r(&seconds, &parts)
        year = Int(parts.tm_year) + 1900
        month = Int(parts.tm_mon) + 1
        day = Int(parts.tm_mday)
        weekday = Int(parts.tm_wday)
        hour = Int(parts.tm_hour)
        minute = Int(parts.tm_min)
        zone = parts.tm_zone.map { String(cString: $0) } ?? "UTC"
    }

    /// `19:05`.
    var clock: String { "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)" }
}
