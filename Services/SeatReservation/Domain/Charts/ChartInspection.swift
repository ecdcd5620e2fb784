/// Judges a draft before it becomes a chart: what is ambiguous or absurd is refused with the ids at fault, or mended
/// where the settings ask for repairs and the mending loses nothing.
struct ChartInspection {
    let settings: ChartImportSettings
    private(set) var draft: ChartDraft
    private(set) var problems: [ChartProblem] = []

    init(_ draft: ChartDraft, settings: ChartImportSettings) {
        self.draft = draft
        self.settings = settings
    }

    /// Whether a chart can be made of the draft.
    var isPassed: Bool { !problems.contains { $0.weight == .refused } }

    mutating func inspect() {
        checkSizes()
        guard isPassed else { return }
        problems += ChartLabelRules(settings: settings).apply(to: &draft)
        problems += ChartCategoryRules(settings: settings).apply(to: &draft)
        problems += ChartIdentityRules(settings: settings).apply(to: &draft)
        problems += ChartPlaceRules(settings: settings).apply(to: &draft)
    }

    private mutating func checkSizes() {
        refuse(.tooManySections, "sections", draft.sections.count, settings.sectionsMax)
        refuse(.tooManyRows, "rows", draft.sections.reduce(0) { $0 + $1.rows.count }, settings.rowsMax)
        refuse(.tooManySeats, "seats", draft.seatCount, settings.seatsMax)
        refuse(.tooManyCategories, "categories", draft.categories.count, settings.categoriesMax)
        if draft.seatCount == 0 { problems.append(ChartProblem(.noSeats, "The file has no seats.")) }
    }

    private mutating func refuse(_ code: ChartProblem.Code, _ what: String, _ count: Int, _ most: Int) {
        guard count > most else { return }
        problems.append(ChartProblem(code, "The chart has \(count) \(what); at most \(most) are allowed."))
    }
}
