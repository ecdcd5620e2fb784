/// The formats of seating charts that are read.
enum ChartFormat: String, Sendable {
    case pretixPlan = "pretix seating plan"
    case seatsioChart = "seats.io chart"
    case csvGrid = "CSV grid"
    case csvSeatList = "CSV seat list"
}
