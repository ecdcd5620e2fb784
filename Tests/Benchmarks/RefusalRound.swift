import ArgumentParser
import Foundation

/// What a request cost in one round, in microseconds of processor time.
struct RefusalRound: CustomStringConvertible {
    /// What was measured of one gateway.
    struct Part {
        let count: RefusedCrowd.Count
        let gatewayNanoseconds: Int
        /// Of the services and the databases behind it.
        let behindNanoseconds: Int
    }

    /// Of the gateway, for a served one.
    let served: Double
    /// Of all that serves, the gateway among it.
    let servedByAll: Double
    /// For one that is told 503.
    let busy: Double
    /// For one that is told 429.
    let often: Double

    private init(served: Double, servedByAll: Double, busy: Double, often: Double) {
        (self.served, self.servedByAll, self.busy, self.often) = (served, servedByAll, busy, often)
    }

    init(served: Part, busy: Part, often: Part) throws {
        guard served.count.served > 0 else { throw ValidationError("nothing was served") }
        let each = Double(served.gatewayNanoseconds) / Double(served.count.served)
        self.served = each / 1e3
        servedByAll = each / 1e3 + Double(served.behindNanoseconds) / Double(served.count.served) / 1e3
        func refused(_ part: Part) throws -> Double {
            guard part.count.refused > 20 * part.count.served else {
                throw ValidationError("too few were refused: \(part.count)")
            }
            // The few that were served cost the gateway what they always do.
            let spent = Double(part.gatewayNanoseconds) - each * Double(part.count.served)
            return spent / Double(part.count.refused) / 1e3
        }
        self.busy = try refused(busy)
        self.often = try refused(often)
    }

    static func median(of rounds: [RefusalRound]) -> RefusalRound {
        func middle(_ value: (RefusalRound) -> Double) -> Double { rounds.map(value).sorted()[rounds.count / 2] }
        return RefusalRound(
            served: middle { $0.served }, servedByAll: middle { $0.servedByAll }, busy: middle { $0.busy },
            often: middle { $0.often })
    }

    var description: String {
        String(
            format: "served %.0f µs in the gateway, %.0f µs in all; refused %.1f µs (503), %.1f µs (429)", served,
            servedByAll, busy, often)
    }

    /// What a refusal costs, in parts of a hundred of what is served.
    var ratios: String {
        String(
            format: "503: %.1f %% of the gateway's share, %.1f %% of all; 429: %.1f %% and %.1f %%",
            100 * busy / served, 100 * busy / servedByAll, 100 * often / served, 100 * often / servedByAll)
    }
}
