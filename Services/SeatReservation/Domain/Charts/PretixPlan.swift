/// The parts of a pretix seating plan that are read. In the file the members are in snake case.
struct PretixPlan: Decodable {
    struct Category: Decodable {
        let name: String
        let color: String?
    }

    struct Zone: Decodable {
        let name: String?
        let position: ChartPoint
        let rows: [Row]
    }

    struct Row: Decodable {
        let rowNumber: LooseText?
        let position: ChartPoint
        let seats: [Seat]
    }

    struct Seat: Decodable {
        let seatGuid: String?
        let uuid: String?
        let seatNumber: LooseText?
        let position: ChartPoint
        let category: String?
    }

    let name: String?
    let categories: [Category]
    let zones: [Zone]
}
