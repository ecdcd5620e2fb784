/// How an organizer wants a waiting room: `PUT /v1/organizer/performances/{performance_id}/waiting-room`.
public struct WaitingRoomSettingsRequest: Codable, Hashable, Sendable {
    /// How many customers may be called in a minute, whatever the services could take.
    public static let admissionsPerMinuteBounds = 1...600_000
    /// How long an admission may last, in seconds.
    public static let admissionSecondsBounds = 30...7_200

    private enum CodingKeys: CodingKey {
        case isOn, admissionsPerMinuteMax, admissionSeconds
    }

    /// Whether holds need an admission.
    public var isOn: Bool
    /// The ceiling: customers called in a minute.
    public var admissionsPerMinuteMax: Int
    /// How long an admission lasts.
    public var admissionSeconds: Int

    /// All members.
    public init(isOn: Bool, admissionsPerMinuteMax: Int = 6_000, admissionSeconds: Int = 600) {
        self.isOn = isOn
        self.admissionsPerMinuteMax = admissionsPerMinuteMax
        self.admissionSeconds = admissionSeconds
    }

    /// What is left out is as usual.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(isOn: try members.decode(Bool.self, forKey: .isOn))
        admissionsPerMinuteMax =
            try members.decodeIfPresent(Int.self, forKey: .admissionsPerMinuteMax) ?? admissionsPerMinuteMax
        admissionSeconds = try members.decodeIfPresent(Int.self, forKey: .admissionSeconds) ?? admissionSeconds
    }
}
