public import Ticketing

/// Asks for one event.
public struct EventRequest: Codable, Hashable, Sendable {
    /// Which.
    public var eventId: EventID

    /// All members.
    public init(eventId: EventID) {
        self.eventId = eventId
    }
}
