/// A venue as cells of its zones' own grids; nothing places the zones relative to each other.
struct SeatGrid: Sendable {
    struct Zone: Sendable {
        let name: String
        /// Rows from the front, by their row of the grid; a zone without seats has none.
        var rows: [Row]
    }

    struct Row: Sendable {
        /// The row's place in the zone's grid.
        let gridRow: Int
        /// By column of the grid.
        var cells: [Cell]

        var firstColumn: Int { cells.first?.gridColumn ?? 0 }
        var lastColumn: Int { cells.last?.gridColumn ?? 0 }
    }

    struct Cell: Sendable {
        let gridColumn: Int
        let rowLabel: String
        let seatLabel: String
    }

    let name: String
    /// In natural order of their names.
    let zones: [Zone]
}

extension SeatGrid.Zone {
    var firstColumn: Int { rows.map(\.firstColumn).min() ?? 0 }
    var lastColumn: Int { rows.map(\.lastColumn).max() ?? 0 }
    var firstRow: Int { rows.first?.gridRow ?? 0 }
    var lastRow: Int { rows.last?.gridRow ?? 0 }
}
