import Foundation

@testable import SeatReservation

/// The seating charts that tests read.
enum ChartFile: String, CaseIterable {
    case pretix = "pretix-format_seatmap-canvas_stadium.json"
    case rowsAndAreas = "seatsio_sampleChart.json"
    case floors = "seatsio_sampleChartWithFloors.json"
    case sections = "seatsio_sampleChartWithSections.json"
    case tables = "seatsio_sampleChartWithTables.json"
    case ticketland = "ticketland_hall-scheme-editor_demo.json"
    case stadium = "chart.csv"
    case stadiumLayout = "layout.json"

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private static let stadiumFolder = tests.appending(path: "../../Services/SeatReservation/Charts/rakuten-taoyuan")

    var bytes: [UInt8] {
        get throws {
            let folder =
                switch self {
                case .stadium, .stadiumLayout: Self.stadiumFolder
                case .pretix, .rowsAndAreas, .floors, .sections, .tables, .ticketland:
                    Self.tests.appending(path: "ChartFiles")
                }
            return [UInt8](try Data(contentsOf: folder.appending(path: rawValue)))
        }
    }

    func imported(repairing: Bool = false) throws -> ChartImport {
        var settings = ChartImportSettings()
        settings.repairs = repairing
        return ChartImporter.importChart(bytes: try bytes, settings: settings)
    }

    /// The demonstration's chart.
    static func bentStadium() throws -> ChartImport {
        ChartImporter.importChart(bytes: try stadium.bytes, layout: try stadiumLayout.bytes)
    }
}
