public import Ticketing

/// An event with its performances.
public struct EventResource: Codable, Hashable, Sendable {
    /// The event's id.
    public var eventId: EventID
    /// Its title.
    public var title: String
    /// What it is.
    public var description: String
    /// Where it is.
    public var venue: VenueResource
    /// The lowest price of a seat, without the fee; absent when nothing is priced.
    public var priceFrom: Money?
    /// By their beginning.
    public var performances: [PerformanceSummaryResource]

    /// All members.
    public init(
        eventId: EventID,
        title: String,
        description: String,
        venue: VenueResource,
        priceFrom: Money? = nil,
        performances: [PerformanceSummaryResource]
    ) {
        self.eventId = eventId
        self.title = title
        self.description = description
        self.venue = venue
        self.priceFrom = priceFrom
        self.performances = performances
    }
}
