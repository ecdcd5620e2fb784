/// Asks a connection to end once its requests are answered; fired through its pipeline.
struct GracefulStop: Sendable {}
