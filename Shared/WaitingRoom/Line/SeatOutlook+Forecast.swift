public import Ticketing
public import Wire

extension SeatOutlook {
    /// So much more than there is must those ahead want before it is said that there will not be enough; and so much less
    /// before it is said that there will …
    private static let margin = 0.15
    /// … or, where they are few, less by so many times what one takes for the root of their number: chance is larger then,
    /// and what one takes on the average is hardly known.
    private static let chance = 2.5

    /// Whether there will hardly be a seat, so that no time can be told until there is one.
    public var isHopeless: Bool {
        switch self {
        case .unlikely, .soldOut: true
        case .likely, .uncertain: false
        }
    }

    /// What somebody finds behind so many customers who are there.
    public init(behind ahead: Double, _ forecast: LineForecast) {
        if forecast.isSoldOut {
            self = .soldOut
            return
        }
        guard let seatsLeft = forecast.seatsLeft else {
            self = .uncertain
            return
        }
        let left = Double(seatsLeft)
        let wanted = (ahead + 1) * forecast.seatsPerAdmission
        if wanted > left * (1 + Self.margin) {
            self = .unlikely
        } else {
            let doubt = max(left * Self.margin, Self.chance * forecast.seatsPerAdmission * (ahead + 1).squareRoot())
            self = wanted > left - doubt ? .uncertain : .likely
        }
    }
}
