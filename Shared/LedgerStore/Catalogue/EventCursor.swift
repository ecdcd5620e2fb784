import Ticketing

/// Where a page of events ended: the last event's first start and id.
public struct EventCursor: Sendable, Hashable {
    let startsAt: Timestamp
    let eventID: EventID

    /// Before the first event.
    static let start = EventCursor(
        startsAt: Timestamp(unixMicroseconds: 0), eventID: EventID(high: 0, low: 0))

    private static let year10000Microseconds: Int64 = 253_402_300_800_000_000

    init(startsAt: Timestamp, eventID: EventID) {
        self.startsAt = startsAt
        self.eventID = eventID
    }

    /// Reads the text that an earlier page gave; anything else is nil, and so is an instant outside of the years 1970
    /// to 9999: the text is anybody's word.
    public init?(text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(parts[0], radix: 36),
            (0..<Self.year10000Microseconds).contains(microseconds), let eventID = EventID(parts[1])
        else { return nil }
        self.init(startsAt: Timestamp(unixMicroseconds: microseconds), eventID: eventID)
    }

    /// What the next page is asked with; opaque to callers.
    public var text: String { "\(String(startsAt.unixMicroseconds, radix: 36)).\(eventID)" }
}
