import Ticketing

/// What an importer read, before anybody has judged it: names may be blank, ids may repeat, places may coincide.
/// Coordinates are the source's own.
struct ChartDraft: Sendable {
    struct Category: Sendable {
        var key: String
        var name: String
        var color: String?
        var defaultPrice: Money?
    }

    struct Section: Sendable {
        var name: String
        var floor: String?
        var outline: [ChartPoint] = []
        var isGeneralAdmission = false
        var rows: [Row] = []
    }

    struct Row: Sendable {
        var name: String
        var kind: SeatingChart.RowKind = .row
        var seats: [Seat] = []
    }

    struct Seat: Sendable {
        /// The source's id of the seat; nil where the source has none.
        var id: String?
        /// Another id of the source that may stand in for a repeated one.
        var spareId: String?
        var label: String
        var position: ChartPoint?
        var categoryKey: String?
        var isAccessible = false
        var isCompanion = false
        var hasRestrictedView = false
    }

    var name: String
    var focalPoint: ChartPoint?
    var categories: [Category] = []
    var sections: [Section] = []

    var seatCount: Int { sections.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.seats.count } } }

    /// How a problem names a seat: the source's id, else the path of its names.
    func seatReference(_ section: Int, _ row: Int, _ seat: Int) -> String {
        let found = sections[section].rows[row].seats[seat]
        if let id = found.id, !id.isEmpty { return id }
        return "\(sections[section].name)-\(sections[section].rows[row].name)-\(found.label)"
    }

    /// Calls `body` with the section, row and seat number of every seat, in reading order.
    func forEachSeat(_ body: (_ section: Int, _ row: Int, _ seat: Int) -> Void) {
        for section in sections.indices {
            for row in sections[section].rows.indices {
                for seat in sections[section].rows[row].seats.indices { body(section, row, seat) }
            }
        }
    }
}
