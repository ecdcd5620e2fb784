/// What a route's requests need while they are answered.
enum RouteWork: Sendable {
    /// A service is asked for each of them: each takes a place among those in flight.
    case services
    /// They are answered from memory, or by one question for all who ask; the question takes the place.
    case memory
}
