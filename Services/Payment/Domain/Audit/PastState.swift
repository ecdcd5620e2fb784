import LedgerStore
import Ticketing

/// A performance's map, or the books, as they were at an instant: recomputed from what happened until then.
struct PastState: Codable, Hashable, Sendable {
    /// The map.
    struct Map: Codable, Hashable, Sendable {
        /// Whose.
        var performanceId: PerformanceID
        /// The last change until then; 0 for none.
        var sequence: Int64
        /// When that was; absent where there was none.
        var changedAt: Timestamp?
        /// How many seats were available, held, sold and blocked.
        var available: Int
        var held: Int
        var sold: Int
        var blocked: Int
        /// Every seat's state, a digit each, by seat index: 0 available, 1 held, 2 sold, 3 blocked.
        var states: String
        /// Where the instant is not before the last change: whether the seats' rows say the same.
        var equalsSeats: Bool?
    }

    /// Which instant.
    var at: Timestamp
    /// Which server answered.
    var server: AuditReport.Server
    /// The map, where a performance was named.
    var map: Map?
    /// Every account's sums over what was posted by then.
    var balances: [AuditBalance]
    /// What was found wrong on the way.
    var findings: [AuditFinding]

    /// For a person.
    var text: String {
        var lines = findings.map { "FINDING \($0.check): \($0.subject): \($0.detail)" }
        if let map {
            lines.append(
                "\(map.performanceId) at \(at): \(map.available) available, \(map.held) held, \(map.sold) sold, "
                    + "\(map.blocked) blocked; change \(map.sequence)\(map.changedAt.map { " of \($0)" } ?? "")")
            if map.equalsSeats == true { lines.append("the seats' rows say the same") }
        }
        lines += balances.map(AuditText.line)
        lines.append("\(server.text)")
        return lines.joined(separator: "\n")
    }
}

extension PastState.Map {
    init(_ replay: HistoryReplay, of performance: PerformanceID, equalsSeats: Bool?) {
        func count(_ state: SeatState) -> Int { replay.states.count { $0 == state } }
        self.init(
            performanceId: performance, sequence: replay.sequence, changedAt: replay.committedAt,
            available: count(.available), held: count(.held), sold: count(.sold), blocked: count(.blocked),
            states: String(decoding: replay.states.map { $0.rawValue + UInt8(ascii: "0") }, as: UTF8.self),
            equalsSeats: equalsSeats)
    }
}
