import Ticketing

/// A venue's seats, as every performance that uses the chart sees them. A *seat index* is a seat's position in
/// reading order: sections, then rows, then seats, all from 0.
struct SeatingChart: Sendable, Equatable {
    /// What seats of one price have in common.
    struct PriceLevel: Sendable, Equatable {
        /// The level's opaque id, made from the category's key and stable over imports.
        let priceLevelId: String
        /// The category's key in the imported file.
        let key: String
        let name: String
        /// `#rrggbb`.
        let color: String
        /// The price that the layout proposes, if it proposes one.
        let defaultPrice: Money?
    }

    /// A part of the venue with a name of its own.
    struct Section: Sendable, Equatable {
        /// The section's opaque id, unique in the chart.
        let sectionId: String
        let name: String
        /// The floor or tier that the section belongs to.
        let floor: String?
        /// A polygon around the section; empty where nothing in it has a position.
        let outline: [ChartPoint]
        /// Its places have no position and are chosen by best available of this section only.
        let isGeneralAdmission: Bool
        let rows: [Row]
    }

    /// Seats that stand in a line or around a table, or the places of a general-admission section.
    struct Row: Sendable, Equatable {
        let name: String
        let kind: RowKind
        let seats: [Seat]
    }

    enum RowKind: Sendable, Equatable { case row, table, places }

    /// One numbered place that can be sold.
    struct Seat: Sendable, Equatable {
        /// The seat's own number within its row.
        let label: String
        /// Where the seat's middle is; nil for a general-admission place.
        let position: ChartPoint?
        /// Index into `priceLevels`.
        let priceLevel: Int
        let isAccessible: Bool
        let isCompanion: Bool
        let hasRestrictedView: Bool
    }

    let name: String
    /// In seat widths.
    let width: Double
    /// In seat widths.
    let height: Double
    /// Where everybody looks: the stage, the home plate.
    let focalPoint: ChartPoint
    let priceLevels: [PriceLevel]
    let sections: [Section]

    var seatCount: Int {
        sections.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.seats.count } }
    }

    var rowCount: Int { sections.reduce(0) { $0 + $1.rows.count } }

    /// What a person reads: "Block 12, row C, seat 8".
    static func seatLabel(section: Section, row: Row, seat: Seat) -> String {
        switch row.kind {
        case .row: "\(section.name), row \(row.name), seat \(seat.label)"
        case .table: "\(section.name), table \(row.name), seat \(seat.label)"
        case .places: "\(section.name), place \(seat.label)"
        }
    }

    /// The readable labels of all seats, by seat index.
    var seatLabels: [String] {
        sections.flatMap { section in
            section.rows.flatMap { row in
                row.seats.map { Self.seatLabel(section: section, row: row, seat: $0) }
            }
        }
    }

    /// The index into `priceLevels` of every seat, by seat index.
    var seatPriceLevels: [Int] {
        sections.flatMap { $0.rows.flatMap { $0.seats.map(\.priceLevel) } }
    }
}
