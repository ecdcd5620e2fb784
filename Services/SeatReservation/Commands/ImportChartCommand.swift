import ArgumentParser
import Foundation
import LedgerStore
import ServiceRuntime
import Ticketing
import Wire

/// Reads a seating chart's file and keeps it in the ledger.
struct ImportChartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-chart",
        abstract: "Import a seating chart: pretix plan, seats.io chart, CSV grid or list of seats.",
        discussion: "Prints the chart's id as JSON; what was found in the file goes to standard error.")

    /// What the command prints.
    private struct Imported: Encodable {
        let chartId: SeatingChartID
        let seatCount: Int
        let priceLevelIds: [String]
    }

    @Argument(help: "The chart's file.")
    var file: String

    @Option(help: "A layout that bends a CSV grid into a venue.")
    var layout: String?

    @Option(help: "The chart's name; the file's own by default.")
    var name: String?

    @Flag(help: "Mend what can be mended, and tell how.")
    var `repair` = false

    func run() async throws {
        var settings = ChartImportSettings()
        settings.repairs = `repair`
        settings.name = name
        let result = ChartImporter.importChart(
            bytes: try read(file), layout: try layout.map(read), settings: settings)
        FileHandle.standardError.write(Data(ChartReport.text(of: result, file: file).utf8))
        guard let chart = result.chart else { throw ExitCode.failure }
        let database = ServiceRuntime.settingsOrExit { SeatReservationDatabase.asService($0) }
        let id = SeatingChartID(at: .now)
        let kept = try NewChart(chart, id: id)
        try await LedgerJob.run(database) { pool in try await CatalogueStore(pool: pool).insert(kept) }
        let imported = Imported(
            chartId: id, seatCount: chart.seatCount, priceLevelIds: chart.priceLevels.map(\.priceLevelId))
        print(String(decoding: try WireJSON.encode(imported), as: UTF8.self))
    }

    private func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) can't be read.")
        }
        return Array(data)
    }
}

extension NewChart {
    /// A chart as the ledger keeps it: its document, and label and level of each seat.
    fileprivate init(_ chart: SeatingChart, id: SeatingChartID) throws {
        let resource = chart.resource(chartId: id)
        let labels = resource.sections.flatMap { $0.rows.flatMap { $0.seats.map(\.seatLabel) } }
        self.init(
            chartID: id, name: chart.name, document: try WireJSON.encode(resource),
            seats: zip(labels, chart.seatPriceLevels).map { Seat(priceLevel: Int16($1), label: $0) })
    }
}
