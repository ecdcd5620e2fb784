import Foundation

/// What one kind of call cost in a round.
struct HopRound: CustomStringConvertible {
    /// Processor time of a call on the caller's side, in microseconds.
    let callerMicroseconds: Double
    /// Processor time of a call on the server's side, in microseconds.
    let serverMicroseconds: Double
    /// From the call to its answer with nothing else under way, in microseconds; of the median call.
    let lonelyMicroseconds: Double

    var description: String {
        String(
            format: "%.1f + %.1f µs of CPU, %.0f µs alone", callerMicroseconds, serverMicroseconds, lonelyMicroseconds)
    }

    static func median(of rounds: [HopRound]) -> HopRound {
        func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

        return HopRound(
            callerMicroseconds: middle(rounds.map(\.callerMicroseconds)),
            serverMicroseconds: middle(rounds.map(\.serverMicroseconds)),
            lonelyMicroseconds: middle(rounds.map(\.lonelyMicroseconds)))
    }
}

/// The processor time of this process.
enum OwnProcessor {
    static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
