/// Positions: where they have to be, within bounds, and no two seats in one place.
struct ChartPlaceRules {
    /// Two seats nearer than this part of a seat's width are in one place.
    private static let samePlace = 0.3
    /// How often a row that lies on another is moved on before it is given up.
    private static let movesMax = 50
    /// Between everything and a section that was moved below it, in seat widths.
    private static let loweringGap = 4.0

    /// What is known while sections and rows are gone through.
    private struct Search {
        var occupied: OccupiedPlaces
        let pitch: Double
        /// Seats that lie on another of their own row.
        var crowded: [String] = []
        /// Seats that lie on another row's.
        var overlapping: [String] = []
        var waiting: [(section: Int, row: Int)] = []
    }

    let settings: ChartImportSettings

    func apply(to draft: inout ChartDraft) -> [ChartProblem] {
        let problems = checkPositions(of: draft)
        guard problems.isEmpty else { return problems }
        return separate(&draft)
    }

    private func checkPositions(of draft: ChartDraft) -> [ChartProblem] {
        var missing: [String] = []
        var outside: [String] = []
        draft.forEachSeat { section, row, seat in
            guard let position = draft.sections[section].rows[row].seats[seat].position else {
                if !draft.sections[section].isGeneralAdmission {
                    missing.append(draft.seatReference(section, row, seat))
                }
                return
            }
            if !position.isWithin(settings.coordinateMax) { outside.append(draft.seatReference(section, row, seat)) }
        }
        var problems: [ChartProblem] = []
        if !missing.isEmpty { problems.append(problem(.missingPosition, missing, "seats have no position")) }
        if !outside.isEmpty {
            problems.append(
                problem(
                    .coordinateOutOfBounds, outside, "seats lie over \(settings.coordinateMax) from the origin"))
        }
        return problems
    }

    /// Whole sections and rows give way to those before them where repairs are asked for; seats within a row never do.
    private func separate(_ draft: inout ChartDraft) -> [ChartProblem] {
        let pitch = max(ChartScale.seatPitch(of: draft), settings.coordinateMax * 1e-12)
        var search = Search(occupied: OccupiedPlaces(distanceMin: pitch * Self.samePlace), pitch: pitch)
        for section in draft.sections.indices {
            if settings.repairs { lower(section, of: &draft, &search) }
            for row in draft.sections[section].rows.indices { visit(section, row, of: draft, &search) }
        }
        guard settings.repairs else {
            let all = search.crowded + search.overlapping
            return all.isEmpty ? [] : [problem(.seatsInOnePlace, all, "seats lie where another one lies")]
        }
        for (section, row) in search.waiting where !shift(section, row, of: &draft, &search) {
            search.crowded += draft.sections[section].rows[row].seats.indices.map {
                draft.seatReference(section, row, $0)
            }
        }
        return report(search)
    }

    private func report(_ search: Search) -> [ChartProblem] {
        var problems: [ChartProblem] = []
        if !search.crowded.isEmpty {
            problems.append(
                problem(.seatsInOnePlace, search.crowded, "seats lie where another one lies and can't be moved"))
        }
        if !search.overlapping.isEmpty {
            problems.append(
                ChartProblem(
                    .seatsInOnePlace, .mended, ids: search.overlapping, listedMax: settings.idsListedMax,
                    "\(search.overlapping.count) seats lay where another one lies; their section or row was moved."))
        }
        return problems
    }

    /// Notes which seats of a row lie on others; a row without any takes its places.
    private func visit(_ section: Int, _ row: Int, of draft: ChartDraft, _ search: inout Search) {
        var own = OccupiedPlaces(distanceMin: search.pitch * Self.samePlace)
        var free: [ChartPoint] = []
        var isOverlapping = false
        for seat in draft.sections[section].rows[row].seats.indices {
            guard let point = draft.sections[section].rows[row].seats[seat].position else { continue }
            if !own.isFree(point) {
                search.crowded.append(draft.seatReference(section, row, seat))
            } else if !search.occupied.isFree(point) {
                isOverlapping = true
                search.overlapping.append(draft.seatReference(section, row, seat))
            } else {
                free.append(point)
            }
            own.insert(point)
        }
        if isOverlapping, settings.repairs {
            search.waiting.append((section, row))
        } else {
            free.forEach { search.occupied.insert($0) }
        }
    }

    /// Moves a section that lies on another one below everything: floors are often drawn over each other.
    private func lower(_ section: Int, of draft: inout ChartDraft, _ search: inout Search) {
        var overlapping: [String] = []
        for row in draft.sections[section].rows.indices {
            for seat in draft.sections[section].rows[row].seats.indices {
                let position = draft.sections[section].rows[row].seats[seat].position
                if let position, !search.occupied.isFree(position) {
                    overlapping.append(draft.seatReference(section, row, seat))
                }
            }
        }
        guard !overlapping.isEmpty else { return }
        let heights = { (section: ChartDraft.Section) in
            section.rows.lazy.flatMap(\.seats).compactMap { $0.position?.y } + section.outline.map(\.y)
        }
        let bottom = draft.sections.lazy.compactMap { heights($0).max() }.max() ?? 0
        let top = heights(draft.sections[section]).min() ?? 0
        let shift = ChartPoint(x: 0, y: bottom - top + Self.loweringGap * search.pitch)
        guard bottom + shift.y <= settings.coordinateMax else { return }
        search.overlapping += overlapping
        draft.sections[section].outline = draft.sections[section].outline.map { $0 + shift }
        for row in draft.sections[section].rows.indices { move(section, row, of: &draft, by: shift) }
    }

    /// Moves a row to the right until it is clear of all others.
    private func shift(_ section: Int, _ row: Int, of draft: inout ChartDraft, _ search: inout Search) -> Bool {
        let points = draft.sections[section].rows[row].seats.compactMap(\.position)
        let width = (points.map(\.x).max() ?? 0) - (points.map(\.x).min() ?? 0)
        for number in 1...Self.movesMax {
            let shift = ChartPoint(x: (width + 2 * search.pitch) * Double(number), y: 0)
            let shifted = points.map { $0 + shift }
            guard shifted.allSatisfy({ $0.isWithin(settings.coordinateMax) }) else { return false }
            guard shifted.allSatisfy(search.occupied.isFree) else { continue }
            shifted.forEach { search.occupied.insert($0) }
            move(section, row, of: &draft, by: shift)
            // The source's outline may not reach the new place: a hull takes its place.
            draft.sections[section].outline = []
            return true
        }
        return false
    }

    private func move(_ section: Int, _ row: Int, of draft: inout ChartDraft, by shift: ChartPoint) {
        for seat in draft.sections[section].rows[row].seats.indices {
            guard let position = draft.sections[section].rows[row].seats[seat].position else { continue }
            draft.sections[section].rows[row].seats[seat].position = position + shift
        }
    }

    private func problem(_ code: ChartProblem.Code, _ ids: [String], _ what: String) -> ChartProblem {
        ChartProblem(code, ids: ids, listedMax: settings.idsListedMax, "\(ids.count) \(what).")
    }
}
