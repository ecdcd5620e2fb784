public import Wire

/// How a crowd is at a moment; the counts are since its beginning.
public struct CrowdStatus: Codable, Sendable {
    /// Viewers.
    public var viewers = 0
    /// Those with an open stream.
    public var open = 0
    /// Those who have a map.
    public var withMap = 0
    /// Streams that were opened.
    public var opened = 0
    /// Streams that ended without the viewer's wish and without a `closing`.
    public var broken = 0
    /// Streams that viewers left.
    public var left = 0
    /// Connections that could not be had.
    public var notConnected = 0
    /// Refusals by status.
    public var refused: [String: Int] = [:]
    /// Announced ends by reason.
    public var closings: [String: Int] = [:]
    /// Deltas or messages received.
    public var deliveries = 0
    /// The most deltas that a viewer got in a second.
    public var framesPerSecondMax = 0
    /// Viewers that do not read, or a byte a second, and lost their streams.
    public var slowCut = 0
    /// What must not be: deltas behind a gap, deltas and snapshots that go back, unreadable frames, maps that differ.
    public var gaps = 0
    public var backs = 0
    public var malformed = 0
    public var forks = 0
}

/// A delta or message and who had it when.
public struct FrameReport: Codable, Sendable {
    /// Where the delta leads from and to; nil for another server's message.
    public var epoch: Int64?
    public var afterSequence: Int64?
    public var sequence: Int64?
    /// Of the frame, as it came.
    public var bytes: Int
    /// When the first viewer had it and when the last, in nanoseconds since 1970.
    public var firstAt: Int64
    public var lastAt: Int64
    /// How many had it, of those who read.
    public var receipts: Int
    /// How many had it so many milliseconds after the first.
    public var lateness: [Int]
}

/// What a delta changed, and when it came to whom.
public struct DeltaArrival: Sendable {
    /// The seats and their new states.
    public let changes: [SeatChange]
    /// When the first viewer had it, in nanoseconds since 1970.
    public let firstAt: Int64
    /// How many had it so many milliseconds after the first.
    public let lateness: [Int]
}

/// A map that viewers have.
public struct MapReport: Codable, Sendable {
    public var epoch: Int64
    public var sequence: Int64
    /// As in a snapshot.
    public var states: String
    /// How many viewers have it.
    public var viewers: Int
}

/// What a map's bytes sum up to, by CRC-32.
public struct MapCheck: Codable, Sendable {
    public var epoch: Int64
    public var sequence: Int64
    public var crc: UInt32
}

/// When streams came and went, in milliseconds since 1970.
public struct Timeline: Codable, Sendable {
    public var opened: [Int64] = []
    public var lost: [Int64] = []
    /// How long each who came back had been away, in milliseconds.
    public var away: [Int64] = []
}
