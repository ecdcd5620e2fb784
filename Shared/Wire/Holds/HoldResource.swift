public import Ticketing

/// A hold.
public struct HoldResource: Codable, Hashable, Sendable {
    /// The hold's id.
    public var holdId: HoldID
    /// Its performance.
    public var performanceId: PerformanceID
    /// Where it is in its life.
    public var state: HoldState
    /// Ascending.
    public var seatIndexes: [SeatIndex]
    /// When it ends unless it is paid.
    public var expiresAt: Timestamp
    /// The seats' prices.
    public var subtotal: Money
    /// The seats' fees.
    public var serviceFee: Money
    /// Both.
    public var total: Money

    /// All members.
    public init(
        holdId: HoldID,
        performanceId: PerformanceID,
        state: HoldState,
        seatIndexes: [SeatIndex],
        expiresAt: Timestamp,
        subtotal: Money,
        serviceFee: Money,
        total: Money
    ) {
        self.holdId = holdId
        self.performanceId = performanceId
        self.state = state
        self.seatIndexes = seatIndexes
        self.expiresAt = expiresAt
        self.subtotal = subtotal
        self.serviceFee = serviceFee
        self.total = total
    }
}

// A hold that is made is written once, and by containers that took a tenth of seat-reservation's time: each of the five
// values in it opens some, whose generic types are looked up again. So it writes itself.
extension HoldResource {
    /// Writes the members in the order of their declaration.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? JSONValueEncoder, encoder.depth + 2 <= WireJSON.depthMax {
            return try encoder.write(write)
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(holdId, forKey: .holdId)
        try container.encode(performanceId, forKey: .performanceId)
        try container.encode(state, forKey: .state)
        try container.encode(seatIndexes, forKey: .seatIndexes)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(subtotal, forKey: .subtotal)
        try container.encode(serviceFee, forKey: .serviceFee)
        try container.encode(total, forKey: .total)
    }

    /// The same bytes.
    private func write(_ writer: JSONWriter) {
        writer.append(ascii: #"{"hold_id":"#)
        writer.append(string: holdId.description)
        writer.append(ascii: #","performance_id":"#)
        writer.append(string: performanceId.description)
        writer.append(ascii: #","state":"#)
        writer.append(string: state.rawValue)
        writer.append(ascii: #","seat_indexes":["#)
        for (position, seat) in seatIndexes.enumerated() {
            if position > 0 { writer.append(UInt8(ascii: ",")) }
            writer.append(integer: seat)
        }
        writer.append(ascii: #"],"expires_at":"#)
        writer.append(string: expiresAt.description)
        writer.append(ascii: #","subtotal":"#)
        write(subtotal, writer)
        writer.append(ascii: #","service_fee":"#)
        write(serviceFee, writer)
        writer.append(ascii: #","total":"#)
        write(total, writer)
        writer.append(UInt8(ascii: "}"))
    }

    private func write(_ money: Money, _ writer: JSONWriter) {
        writer.append(ascii: #"{"amount_minor":"#)
        writer.append(integer: money.amountMinor)
        writer.append(ascii: #","currency":"#)
        writer.append(string: money.currency)
        writer.append(UInt8(ascii: "}"))
    }
}
