import Ticketing

/// How a grid is bent into a venue: tiers, each of arcs that carry zones in order. In the file the members are in
/// snake case. Angles are in degrees from the right (0) through down (90); lengths are in seat widths.
struct ChartLayout: Sendable, Equatable, Decodable {
    /// A category that zones are sold in.
    struct PriceLevel: Sendable, Equatable, Decodable {
        let key: String
        let name: String
        let color: String
        let defaultPrice: Money?
    }

    /// A floor of the venue.
    struct Tier: Sendable, Equatable, Decodable {
        let name: String
        /// The row of the zones' grids that lies on an arc's radius; later rows lie behind it.
        let firstRow: Int
        let arcs: [Arc]
    }

    /// A piece of a circle; the zones follow each other, and their columns count, from `from` to `to`.
    struct Arc: Sendable, Equatable, Decodable {
        let centre: ChartPoint
        let radius: Double
        let fromDegrees: Double
        let toDegrees: Double
        /// The least gap between two zones in the first row.
        let gap: Double
        let rows: RowAlignment
        let zones: [Entry]
    }

    /// How the seats of a row lie in their zone.
    enum RowAlignment: String, Sendable, Equatable, Decodable {
        /// Columns stay in line with the zone's middle.
        case grid
        /// Each row has its own middle.
        case centred
        /// Each row is counted from the edge where the arc begins: that edge is straight, the other one slants.
        case start
    }

    /// A zone, or a space that nobody sits in.
    struct Entry: Sendable, Equatable, Decodable {
        let zone: String?
        let priceLevel: String?
        /// The width of a space.
        let space: Double?
    }

    let name: String?
    let focalPoint: ChartPoint?
    /// From a row's middle to the next one's.
    let rowPitch: Double
    let priceLevels: [PriceLevel]
    let tiers: [Tier]
}
