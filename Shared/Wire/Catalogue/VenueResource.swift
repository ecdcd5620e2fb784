public import Ticketing

/// A place.
public struct VenueResource: Codable, Hashable, Sendable {
    /// The place's id.
    public var venueId: VenueID
    /// Its name.
    public var name: String

    /// All members.
    public init(venueId: VenueID, name: String) {
        self.venueId = venueId
        self.name = name
    }
}
