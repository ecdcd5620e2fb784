/// What is needed to tell anybody in a line how long it takes, and whether there will be seats.
public struct LineForecast: Codable, Hashable, Sendable {
    /// How many of the line are there, from the front to its end in equal parts, summed up from the front: the first is
    /// 0, the last all of them.
    public var presentAhead: [Int]
    /// Customers called in a second, of those who are there, as it will go on by what is known; 0 while nobody is.
    public var admissionsPerSecond: Double
    /// By which share of itself that has varied lately.
    public var admissionsError: Double
    /// Which share of those who wait leaves in a second.
    public var leavingPerSecond: Double
    /// Free seats, less those that customers who were called lately are expected to take; absent while the map can't
    /// be read.
    public var seatsLeft: Int?
    /// Seats that a customer who was called takes, on the average.
    public var seatsPerAdmission: Double
    /// Whether no seat is free or held.
    public var isSoldOut: Bool
    /// True while it is not known yet how quickly it will go, so that nobody can be told a time; absent else.
    public var isPaceUnknown: Bool?

    /// All members.
    public init(
        presentAhead: [Int], admissionsPerSecond: Double, admissionsError: Double, leavingPerSecond: Double,
        seatsLeft: Int?, seatsPerAdmission: Double, isSoldOut: Bool, isPaceUnknown: Bool? = nil
    ) {
        self.presentAhead = presentAhead
        self.admissionsPerSecond = admissionsPerSecond
        self.admissionsError = admissionsError
        self.leavingPerSecond = leavingPerSecond
        self.seatsLeft = seatsLeft
        self.seatsPerAdmission = seatsPerAdmission
        self.isSoldOut = isSoldOut
        self.isPaceUnknown = isPaceUnknown
    }
}
