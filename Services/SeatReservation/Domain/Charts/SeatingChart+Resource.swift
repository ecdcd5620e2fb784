import Ticketing
import Wire

extension SeatingChart {
    /// The chart as everybody reads it.
    func resource(chartId: SeatingChartID) -> SeatingChartResource {
        var nextSeatIndex: SeatIndex = 0
        return SeatingChartResource(
            chartId: chartId, name: name, width: width, height: height, seatCount: seatCount,
            focalPoint: [focalPoint.x, focalPoint.y],
            priceLevels: priceLevels.map {
                ChartPriceLevelResource(priceLevelId: $0.priceLevelId, name: $0.name, color: $0.color)
            },
            sections: sections.map { section in
                ChartSectionResource(
                    sectionId: section.sectionId, name: section.name, floor: section.floor,
                    outline: section.outline.isEmpty ? nil : section.outline.map { [$0.x, $0.y] },
                    rows: section.rows.map { row in
                        let seats = row.seats.map { seat in
                            defer { nextSeatIndex += 1 }
                            return resource(of: seat, at: nextSeatIndex, in: row, of: section)
                        }
                        return ChartRowResource(name: row.name, seats: seats)
                    })
            })
    }

    private func resource(
        of seat: Seat, at seatIndex: SeatIndex, in row: Row, of section: Section
    ) -> ChartSeatResource {
        ChartSeatResource(
            seatIndex: seatIndex, seatLabel: Self.seatLabel(section: section, row: row, seat: seat),
            x: seat.position?.x, y: seat.position?.y, priceLevelId: priceLevels[seat.priceLevel].priceLevelId,
            accessible: seat.isAccessible ? true : nil, companion: seat.isCompanion ? true : nil,
            restrictedView: seat.hasRestrictedView ? true : nil)
    }

    /// What each level costs: the caller's price, else the one that the layout proposes; levels without any are
    /// `missing`.
    func prices(
        given: [String: Money], serviceFee: Money
    ) -> (levels: [PriceLevelResource], missing: [String]) {
        var levels: [PriceLevelResource] = []
        var missing: [String] = []
        for level in priceLevels {
            if let price = given[level.priceLevelId] ?? level.defaultPrice {
                levels.append(
                    PriceLevelResource(
                        priceLevelId: level.priceLevelId, name: level.name, color: level.color, price: price,
                        serviceFee: serviceFee))
            } else {
                missing.append(level.priceLevelId)
            }
        }
        return (levels, missing)
    }
}
