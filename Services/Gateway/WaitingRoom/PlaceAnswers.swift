import Metrics
import Ticketing
import WaitingRoom
import Wire

/// Makes what a customer is told of a place.
struct PlaceAnswers: Sendable {
    private static let polls = Counter(label: "waiting_room_polls_total")

    let tokens: WaitingRoomTokens
    /// The tokens of those who ask again.
    let entries: ProvenTokens<PlaceProof>
    private let awaySeconds: Int
    private let pollsPerSecond: Int

    init(tokens: WaitingRoomTokens, awaySeconds: Int, pollsPerSecond: Int) {
        self.tokens = tokens
        entries = ProvenTokens(by: PlaceProof(tokens: tokens), places: 65_536)
        self.awaySeconds = awaySeconds
        self.pollsPerSecond = pollsPerSecond
    }

    /// The place by its token, whose customer is seen by that; with the token itself for who may not have it. `shown`:
    /// the admission that came with the question.
    func resource(
        _ token: EntryToken, in line: FollowedLine, shown: String? = nil, tellsToken: Bool,
        chance: Double = .random(in: 0..<1)
    ) -> EntryResource {
        Self.polls.increment()
        var view = line.see(token.number)
        if let place = called(token, view, by: shown) { view.place = place }
        var resource = EntryResource(
            entryId: token.entryID, performanceId: token.performanceID, state: .gathering, opensAt: view.opensAt,
            waitingCount: view.waitingCount, seatOutlook: .uncertain, pollAfterSeconds: 0,
            awayAfterSeconds: awaySeconds, entryToken: tellsToken ? tokens.text(of: token) : nil,
            serverTime: view.now)
        let pace = pace(of: line, view.forecast)
        switch view.place {
        case .gathering: gather(&resource, view, pace, chance)
        case .waiting(let position, let ahead): wait(&resource, position, ahead, view, pace, chance)
        case .admitted(let calledAt, let until):
            resource.state = .admitted
            resource.seatOutlook = SeatOutlook(behind: 0, view.forecast)
            resource.admittedUntil = until
            resource.admissionToken = tokens.text(
                of: AdmissionToken(
                    entryID: token.entryID, performanceID: token.performanceID, customerID: token.customerID,
                    calledAt: calledAt, expiresAt: until))
            resource.pollAfterSeconds = pace.secondsMax
        case .expired:
            resource.state = .expired
            resource.seatOutlook = SeatOutlook(behind: 0, view.forecast)
            resource.pollAfterSeconds = pace.secondsMax
        }
        resource.pollAfterSeconds = (resource.pollAfterSeconds * 1_000).rounded() / 1_000
        return resource
    }

    /// Another gateway may have heard of the call already that this one has not: whoever shows it has been called.
    private func called(_ token: EntryToken, _ view: PlaceView, by shown: String?) -> Place? {
        switch view.place {
        case .admitted, .expired: return nil
        case .gathering, .waiting: break
        }
        guard let shown, let admission = try? tokens.admission(of: shown, at: view.now),
            admission.entryID == token.entryID, admission.customerID == token.customerID
        else { return nil }
        return .admitted(calledAt: admission.calledAt, until: admission.expiresAt)
    }

    private func pace(of line: FollowedLine, _ forecast: LineForecast) -> PollPace {
        let askers = line.askersHere
        // As many of those who are called ask here as of all who are there.
        let share = Double(askers) / Double(max(1, askers, forecast.presentAhead.last ?? 0))
        return PollPace(
            awaySeconds: awaySeconds, pollsPerSecond: pollsPerSecond, askersHere: askers,
            callsHerePerSecond: forecast.admissionsPerSecond * share)
    }

    private func gather(_ resource: inout EntryResource, _ view: PlaceView, _ pace: PollPace, _ chance: Double) {
        let left = Double(view.opensAt.unixMicroseconds - view.now.unixMicroseconds) / 1_000_000
        tell(WaitEstimate.beforeRanking(in: max(0, left) + PollPace.rankingSeconds, view.forecast), &resource)
        // The last of them finds seats: so does everybody.
        let last = SeatOutlook(behind: Double(view.forecast.presentAhead.last ?? 0), view.forecast)
        resource.seatOutlook = last == .unlikely ? .uncertain : last
        resource.pollAfterSeconds = pace.seconds(untilOpening: left, chance: chance)
    }

    private func wait(
        _ resource: inout EntryResource, _ position: Int64, _ ahead: Int64, _ view: PlaceView, _ pace: PollPace,
        _ chance: Double
    ) {
        let present = view.forecast.present(ahead: ahead, of: view.waitingCount)
        resource.state = .waiting
        resource.position = position
        resource.seatOutlook = SeatOutlook(behind: present, view.forecast)
        let estimate = WaitEstimate(behind: present, view.forecast)
        // A time would promise something to those who will find no seats.
        if !resource.seatOutlook.isHopeless, view.forecast.isPaceUnknown != true { tell(estimate, &resource) }
        resource.pollAfterSeconds = pace.seconds(waiting: estimate?.seconds, chance: chance)
    }

    private func tell(_ estimate: WaitEstimate?, _ resource: inout EntryResource) {
        guard let estimate else { return }
        resource.estimatedWaitSeconds = Self.whole(estimate.seconds)
        resource.estimatedWaitErrorSeconds = Self.whole(estimate.errorSeconds)
    }

    /// Whole seconds, a month of them at most.
    private static func whole(_ seconds: Double) -> Int { Int(min(seconds.rounded(.up), 2_592_000)) }
}
