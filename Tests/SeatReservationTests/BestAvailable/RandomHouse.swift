import Ticketing
import Wire

@testable import SeatReservation

/// A house that nobody drew, with some of its seats free, and what looking at every possibility says about it.
struct RandomHouse {
    let geometry: SeatGeometry
    var isFree: [Bool]

    init(_ random: inout SplitMix, freePart: Double = 0.5) {
        var chart = SmallChart.chart(
            rows: (0..<Int.random(in: 1...6, using: &random)).map { _ in
                var x = 0.0
                return (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    x += Int.random(in: 0..<6, using: &random) == 0 ? 3 : 1
                    return x
                }
            })
        chart.priceLevels.append(ChartPriceLevelResource(priceLevelId: "b", name: "B", color: "#000000"))
        let hasTraits = Bool.random(using: &random)
        for row in chart.sections[0].rows.indices {
            for seat in chart.sections[0].rows[row].seats.indices {
                if row % 2 == 1 { chart.sections[0].rows[row].seats[seat].priceLevelId = "b" }
                guard hasTraits, Int.random(in: 0..<6, using: &random) == 0 else { continue }
                if Bool.random(using: &random) {
                    chart.sections[0].rows[row].seats[seat].accessible = true
                } else {
                    chart.sections[0].rows[row].seats[seat].companion = true
                }
            }
        }
        geometry = SeatGeometry(chart: chart)
        isFree = (0..<geometry.seatCount).map { _ in Double.random(in: 0..<1, using: &random) < freePart }
    }

    func found(_ request: SeatGroupRequest) -> SeatGroupOutcome {
        geometry.bestGroup(for: request) { isFree[Int($0)] }
    }

    func seats(_ request: SeatGroupRequest) -> [SeatIndex]? {
        if case .group(let seats) = found(request) { seats } else { nil }
    }

    /// Free seats that the request takes, those for wheelchairs among them only if told.
    func fitting(_ request: SeatGroupRequest, withTraits: Bool = true) -> [SeatIndex] {
        geometry.order.filter { seat in
            isFree[Int(seat)] && (request.priceLevel.map { $0 == geometry.levels[Int(seat)] } ?? true)
                && (withTraits || geometry.traits[Int(seat)].isEmpty)
        }
    }

    /// Every group of neighbours that fits.
    func groups(_ request: SeatGroupRequest, withTraits: Bool = true) -> [[SeatIndex]] {
        let fitting = Set(fitting(request, withTraits: withTraits))
        return geometry.runs.flatMap { run in
            let seats = Array(geometry.order[run.range])
            guard seats.count >= request.quantity else { return [[SeatIndex]]() }
            return (0...(seats.count - request.quantity)).compactMap { start in
                let group = Array(seats[start..<(start + request.quantity)])
                guard group.allSatisfy(fitting.contains) else { return nil }
                let isEnough = !request.needsAccessible || group.contains { isAccessible($0) }
                return isEnough ? group : nil
            }
        }
    }

    /// Single free seats that were not single before the group was taken.
    func orphans(after group: [SeatIndex]) -> Int {
        singles(without: Set(group)).subtracting(singles(without: [])).count
    }

    func isAccessible(_ seat: SeatIndex) -> Bool { geometry.traits[Int(seat)].contains(.accessible) }

    /// In how many pieces the seats lie, and how many of them are one seat.
    func pieces(_ seats: [SeatIndex]) -> [Int] {
        let taken = Set(seats)
        return geometry.runs.flatMap { run in
            geometry.order[run.range].split { !taken.contains($0) }.map(\.count)
        }
    }

    private func singles(without taken: Set<SeatIndex>) -> Set<SeatIndex> {
        var found: Set<SeatIndex> = []
        for run in geometry.runs {
            let isOpen = { (seat: SeatIndex) in isFree[Int(seat)] && !taken.contains(seat) }
            for streak in geometry.order[run.range].split(whereSeparator: { !isOpen($0) }) where streak.count == 1 {
                found.formUnion(streak)
            }
        }
        return found
    }
}

extension SeatGroupRequest {
    /// One of many wishes.
    static func random(_ random: inout SplitMix) -> SeatGroupRequest {
        var request = SeatGroupRequest(quantity: Int.random(in: 1...6, using: &random))
        if Int.random(in: 0..<3, using: &random) == 0 { request.priceLevel = Int.random(in: 0...1, using: &random) }
        request.needsAccessible = Int.random(in: 0..<4, using: &random) == 0
        request.mayBeSplit = Bool.random(using: &random)
        return request
    }
}
