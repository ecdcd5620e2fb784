import Ticketing
import Wire

@testable import SeatReservation

/// The demonstration's chart as the services see it.
enum StadiumGeometry {
    struct MissingChart: Error {}

    static var chart: SeatingChartResource {
        get throws {
            guard let chart = try ChartFile.bentStadium().chart else { throw MissingChart() }
            return chart.resource(chartId: SeatingChartID(high: 0, low: 0))
        }
    }
}
