/// The parts of a seats.io chart that are read.
struct SeatsioChart: Decodable {
    struct Categories: Decodable {
        let list: [Category]
    }

    struct Category: Decodable {
        let key: LooseText
        let label: String?
        let color: String?
        let accessible: Bool?
    }

    struct Zones: Decodable {
        let list: [Zone]?
    }

    struct Zone: Decodable {
        let key: LooseText?
        let label: String?
    }

    /// A plane with objects on it: the chart's own, a floor's, or a section's.
    struct SubChart: Decodable {
        let floorName: String?
        let floorDisplayName: String?
        let rows: [Row]?
        let tables: [Row]?
        let booths: [Booth]?
        let generalAdmissionAreas: [Area]?
        let sections: [Section]?
        let focalPoint: ChartPoint?
    }

    struct Section: Decodable {
        let label: LooseText?
        let points: [ChartPoint]?
        let categoryKey: LooseText?
        let categoryLabel: String?
        let zone: LooseText?
        let topLeft: ChartPoint?
        let subChart: SubChart?
    }

    /// A row, or a table.
    struct Row: Decodable {
        let label: LooseText?
        let sectionLabel: LooseText?
        let categoryKey: LooseText?
        let categoryLabel: String?
        let seats: [Seat]?
    }

    struct Seat: Decodable {
        let uuid: String?
        let x: Double?
        let y: Double?
        let label: LooseText?
        let categoryKey: LooseText?
        let categoryLabel: String?
        let accessible: Bool?
        let companionSeat: Bool?
        let restrictedView: Bool?
    }

    struct Area: Decodable {
        let label: LooseText?
        let uuid: String?
        let capacity: Int?
        let categoryKey: LooseText?
        let categoryLabel: String?
        let type: String?
        let center: ChartPoint?
        let radius1: Double?
        let radius2: Double?
        let width: Double?
        let height: Double?
        let points: [ChartPoint]?
    }

    struct Booth: Decodable {
        let label: LooseText?
    }

    let name: String?
    let categories: Categories
    let zones: Zones?
    let subChart: SubChart?
    let subChartFloors: [SubChart]?
}
