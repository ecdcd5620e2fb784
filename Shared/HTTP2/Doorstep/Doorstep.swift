/// Stands before a route: answers a request when its head is there, before a task, a body's place or anything else was
/// made for it; nil lets it go on to the handler.
///
/// Runs on the connection's loop, for every request of a read before any of their handlers begins, and must not wait.
public typealias Doorstep = @Sendable (borrowing ArrivingRequest) -> ReadyResponse?
