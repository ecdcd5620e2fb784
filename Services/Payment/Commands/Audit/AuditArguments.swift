import ArgumentParser
import Ticketing

/// `PERFORMANCE:SEAT`.
struct SeatArgument: ExpressibleByArgument {
    let performance: PerformanceID
    let seat: SeatIndex

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let performance = PerformanceID(parts[0]), let seat = SeatIndex(parts[1]), seat >= 0
        else { return nil }
        self.performance = performance
        self.seat = seat
    }
}

/// An instant of RFC 3339.
struct InstantArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(argument) else { return nil }
        self.time = time
    }
}

/// A performance's id.
struct PerformanceArgument: ExpressibleByArgument {
    let id: PerformanceID

    init?(argument: String) {
        guard let id = PerformanceID(argument) else { return nil }
        self.id = id
    }
}
