import LedgerStore
import Logging
import Metrics
import Synchronization
import Telemetry
import Ticketing
import WaitingRoom
import Wire

/// Refuses holds without an admission where a waiting room is on. Which rooms are is read once a second for all of
/// them, so that a hold asks nobody.
final class AdmissionGate: Sendable {
    static let interval = Duration.seconds(1)
    /// Calls whose time to the first wish is kept for the line, for each performance.
    private static let notesMax = 1_000
    /// Entries that are known to have wished, in all.
    private static let choseMax = 100_000

    private struct State {
        var on: Set<PerformanceID> = []
        /// Those that somebody read to be on, and when: an older reading of all does not know of them.
        var noted: [PerformanceID: ContinuousClock.Instant] = [:]
        /// The ledger's clock; nil before the first reading.
        var clock: RemoteClock?
        var firstReading: Task<Void, any Error>?
        /// Seconds from a call to the first wish for seats.
        var choosing: [PerformanceID: [Double]] = [:]
        /// Whose first wish was noted lately.
        var chose: Set<EntryID> = []
    }

    private let store: WaitingRoomStore
    private let tokens: WaitingRoomTokens
    private let logger: Logger
    private let state = Mutex(State())

    init(store: WaitingRoomStore, tokens: WaitingRoomTokens, logger: Logger) {
        self.store = store
        self.tokens = tokens
        self.logger = logger
    }

    /// Reads once a second until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await read()
            } catch {
                logger.debug("the waiting rooms could not be read", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// A performance was read, and its room was on.
    func note(_ performance: PerformanceID) {
        state.withLock { state in
            state.on.insert(performance)
            state.noted[performance] = .now
        }
    }

    /// Makes sure that the rooms were read once; from then on nobody is asked.
    func open() async throws {
        if state.withLock({ $0.clock == nil }) { try await readFirst() }
    }

    /// Why seats of a performance may not be asked for; nil where they may. The gate is open.
    func refusal(of command: HoldCommand, in performance: PerformanceID) -> AdmissionRefusal? {
        let place = WaitingListQuestion(performanceId: performance, customerId: command.customerId)
        return refusal(of: place, by: command.admissionToken, isChoice: true)
    }

    /// Why a customer may not wait for seats that come back; nil where they may.
    func refusal(of command: WaitingListCommand) async throws -> AdmissionRefusal? {
        try await open()
        return refusal(of: command.place, by: command.admissionToken, isChoice: false)
    }

    private func refusal(of place: WaitingListQuestion, by token: String?, isChoice: Bool) -> AdmissionRefusal? {
        let (isOn, now) = state.withLock { state in
            (state.on.contains(place.performanceId), state.clock?.time(at: .now) ?? .now)
        }
        guard isOn else { return nil }
        let refusal: AdmissionRefusal
        switch reading(token, of: place, at: now) {
        case .success(let admission):
            if isChoice { noteChoice(of: admission, now) }
            return nil
        case .failure(let reason): refusal = reason
        }
        Counter(label: "holds_not_admitted_total", dimensions: [("reason", refusal.rawValue)]).increment()
        return refusal
    }

    /// How long customers took to choose since the last question.
    func takeChoices(in performance: PerformanceID) -> [Double] {
        state.withLock { $0.choosing.removeValue(forKey: performance) ?? [] }
    }

    // MARK: Parts

    /// One reading for all who ask before there was any.
    private func readFirst() async throws {
        let reading = state.withLock { state in
            if let under = state.firstReading { return under }
            let reading = Task { try await LedgerCalls.reading { try await self.read() } }
            state.firstReading = reading
            return reading
        }
        defer { state.withLock { $0.firstReading = nil } }
        try await reading.value
    }

    private nonisolated(nonsending) func read() async throws {
        let askedAt = ContinuousClock.now
        let rooms = try await store.roomsOn(deadline: askedAt + .seconds(5))
        state.withLock { state in
            state.noted = state.noted.filter { $0.value > askedAt }
            state.on = Set(rooms.performances).union(state.noted.keys)
            state.choosing = state.choosing.filter { state.on.contains($0.key) }
            state.clock = RemoteClock(showing: rooms.readAt, at: .now)
        }
    }

    private func reading(
        _ token: String?, of place: WaitingListQuestion, at now: Timestamp
    ) -> Result<AdmissionToken, AdmissionRefusal> {
        guard let text = token else { return .failure(.required) }
        do {
            let admission = try tokens.admission(of: text, at: now)
            guard admission.performanceID == place.performanceId, admission.customerID == place.customerId else {
                return .failure(.foreign)
            }
            return .success(admission)
        } catch {
            return .failure(error == .expired ? .expired : .forged)
        }
    }

    /// Once for each entry: who wishes again has lost a seat, and took no longer to choose.
    private func noteChoice(of admission: AdmissionToken, _ now: Timestamp) {
        let seconds = Double(now.unixMicroseconds - admission.calledAt.unixMicroseconds) / 1_000_000
        state.withLock { state in
            guard state.choosing[admission.performanceID, default: []].count < Self.notesMax else { return }
            // Some are counted twice then.
            if state.chose.count >= Self.choseMax { state.chose = [] }
            guard state.chose.insert(admission.entryID).inserted else { return }
            state.choosing[admission.performanceID, default: []].append(seconds)
        }
    }
}
