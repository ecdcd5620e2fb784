import Glibc

/// Seconds since the Unix epoch by the machine's clock.
func unixSecond() -> Int64 {
    Int64(time(nil))
}
