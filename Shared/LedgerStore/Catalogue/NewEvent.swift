public import Ticketing

/// A show to be put on sale with all its performances.
public struct NewEvent: Sendable {
    /// Where it takes place.
    public enum Venue: Sendable, Hashable {
        case existing(VenueID)
        case new(VenueID, name: String)
    }

    public var eventID: EventID
    public var organizerID: CustomerID
    public var title: String
    public var description: String
    public var venue: Venue
    /// At least one.
    public var performances: [NewPerformance]

    public init(
        eventID: EventID, organizerID: CustomerID, title: String, description: String, venue: Venue,
        performances: [NewPerformance]
    ) {
        self.eventID = eventID
        self.organizerID = organizerID
        self.title = title
        self.description = description
        self.venue = venue
        self.performances = performances
    }
}
