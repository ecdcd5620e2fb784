import Postgres
import Ticketing
import Wire

/// One row of events_page or event_by_id.
struct EventRow: Sendable {
    let eventID: EventID
    let title: String
    let description: String
    let startsAt: Timestamp
    let venue: VenueResource

    init(_ row: PostgresRow) throws(PostgresFailure) {
        eventID = try row.decode(at: 0)
        title = try row.decode(at: 1)
        description = try row.decode(at: 2)
        startsAt = try row.decode(at: 3)
        venue = VenueResource(venueId: try row.decode(at: 4), name: try row.decode(at: 5))
    }

    func resource(performances: [PerformanceSummaryResource], priceFrom: Money?) -> EventResource {
        EventResource(
            eventId: eventID, title: title, description: description, venue: venue, priceFrom: priceFrom,
            performances: performances)
    }
}
