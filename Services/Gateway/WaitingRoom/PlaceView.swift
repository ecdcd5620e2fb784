import Ticketing
import WaitingRoom
import Wire

/// Where somebody stands at an instant, and what is known of the way that is left.
struct PlaceView: Sendable {
    var place: Place
    let waitingCount: Int64
    let forecast: LineForecast
    let opensAt: Timestamp
    /// The ledger's time.
    let now: Timestamp
}
