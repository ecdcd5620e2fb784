/// An organizer's wish for a waiting room.
public struct WaitingRoomCommand: Codable, Hashable, Sendable {
    /// Which performance, and who asks.
    public var sales: PerformanceSalesRequest
    /// The room from now on.
    public var settings: WaitingRoomSettingsRequest

    /// All members.
    public init(sales: PerformanceSalesRequest, settings: WaitingRoomSettingsRequest) {
        self.sales = sales
        self.settings = settings
    }
}
