public import Wire

/// Who of a line is there, as the gateways report it. Pure; the time is an argument.
///
/// A gateway that falls silent is believed for as long as a customer may be: whom it had seen comes to another one
/// within that time. While no gateway has watched long enough to know who is away, or this process has not heard of all
/// of them, everybody is taken to be there: nobody is ever skipped because a process was young.
public struct PresenceBoard: Sendable {
    private struct Report {
        var bits: PresenceBits
        var isWhole: Bool
        var at: ContinuousClock.Instant
    }

    /// Gateways report once a second: after so long each has.
    public static let listening = Duration.seconds(3)
    /// Gateways that are kept.
    public static let gatewaysMax = 256

    private let away: Duration
    private var reports: [String: Report] = [:]
    private var heardFirstAt: ContinuousClock.Instant?

    /// `away`: after how long without a question somebody is taken for gone.
    public init(away: Duration) {
        self.away = away
    }

    /// A gateway reported. What can't be read counts as nothing seen.
    public mutating func take(_ report: PresenceReport, of gateway: String, at now: ContinuousClock.Instant) {
        forget(at: now)
        // Whoever has heard of nobody for so long begins to listen anew: the others may report elsewhere meanwhile.
        if reports.isEmpty { heardFirstAt = now }
        if reports[gateway] == nil, reports.count >= Self.gatewaysMax {
            if let oldest = reports.min(by: { $0.value.at < $1.value.at })?.key { reports[oldest] = nil }
        }
        let bits = PresenceBits(report)
        reports[gateway] = Report(bits: bits ?? PresenceBits(), isWhole: report.isWhole && bits != nil, at: now)
    }

    /// Who is there.
    public mutating func presence(at now: ContinuousClock.Instant) -> Presence {
        forget(at: now)
        guard let heardFirstAt, now - heardFirstAt >= Self.listening, reports.values.contains(where: \.isWhole) else {
            return .unknown
        }
        var bits = PresenceBits()
        for report in reports.values { bits.formUnion(report.bits) }
        return .known(bits)
    }

    private mutating func forget(at now: ContinuousClock.Instant) {
        reports = reports.filter { now - $0.value.at <= away }
    }
}

/// Who of a line is there.
public enum Presence: Sendable {
    /// Everybody may be.
    case unknown
    /// These are, and nobody else.
    case known(PresenceBits)

    /// Whether an entry's customer counts.
    public func counts(_ number: Int64) -> Bool {
        switch self {
        case .unknown: true
        case .known(let bits): bits.contains(number)
        }
    }
}
