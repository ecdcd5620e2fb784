/// Something in a chart's file that is wrong or ambiguous, with the ids at fault.
struct ChartProblem: Sendable, Equatable, Error {
    enum Code: String, Sendable {
        case fileTooLarge = "file_too_large"
        case unknownFormat = "unknown_format"
        case malformedFile = "malformed_file"
        case malformedLayout = "malformed_layout"
        case layoutNotApplicable = "layout_not_applicable"
        case layoutZoneUnknown = "layout_zone_unknown"
        case layoutZoneMissing = "layout_zone_missing"
        case layoutTooNarrow = "layout_too_narrow"
        case tooDeep = "too_deep"
        case tooManySeats = "too_many_seats"
        case tooManySections = "too_many_sections"
        case tooManyRows = "too_many_rows"
        case tooManyCategories = "too_many_categories"
        case noSeats = "no_seats"
        case blankLabel = "blank_label"
        case labelTooLong = "label_too_long"
        case repeatedSeatId = "repeated_seat_id"
        case repeatedSectionName = "repeated_section_name"
        case repeatedSeatLabel = "repeated_seat_label"
        case repeatedCategory = "repeated_category"
        case unknownCategory = "unknown_category"
        case missingPosition = "missing_position"
        case coordinateOutOfBounds = "coordinate_out_of_bounds"
        case seatsInOnePlace = "seats_in_one_place"
        case chartTooWide = "chart_too_wide"
        case invalidColor = "invalid_color"
        case ignoredObject = "ignored_object"
    }

    /// Whether the chart is refused for it, was mended, or is only to be told.
    enum Weight: String, Sendable { case refused, mended, note }

    let code: Code
    let weight: Weight
    /// The ids or paths at fault, at most as many as the settings list.
    let ids: [String]
    /// How many are at fault in all.
    let idCount: Int
    /// One sentence for a person.
    let sentence: String

    /// A reason to refuse the chart.
    init(_ code: Code, ids: [String] = [], listedMax: Int = 20, _ sentence: String) {
        self.init(code, .refused, ids: ids, listedMax: listedMax, sentence)
    }

    init(_ code: Code, _ weight: Weight, ids: [String] = [], listedMax: Int = 20, _ sentence: String) {
        self.code = code
        self.weight = weight
        self.ids = Array(ids.prefix(listedMax))
        idCount = ids.count
        self.sentence = sentence
    }
}
