import ActorTransport
import Contracts
import DequeModule
import Ticketing
import Wire

/// Customers who hold groups of seats that nobody else wants, and give them back.
actor SeatHolders {
    /// What came of it.
    struct Report: Encodable {
        /// Holds that were granted.
        var holds = 0
        /// Seats that changed hands.
        var changes = 0
        /// Calls that were answered otherwise, or not at all.
        var failures: [String: Int] = [:]
        /// When each hold was asked for, in milliseconds since 1970, and how many milliseconds it took.
        var asked: [Int64] = []
        var took: [Double] = []
    }

    private struct Held {
        let group: Int
        let holdID: HoldID
        let customer: CustomerID
    }

    /// Calls that may be under way; more are not begun, whatever the rate.
    private static let callsMax = 512
    /// Groups that stay held for a while.
    private static let heldMin = 16

    private let actors: ContractActors
    private let performance: PerformanceID
    private let firstSeat: Int
    private let seatsPerHold: Int
    private var free: Deque<Int>
    private var held: Deque<Held> = []
    private var calls = 0
    private var isOver = false
    private var told = Report()

    init(actors: ContractActors, performance: PerformanceID, firstSeat: Int, groups: Int, seatsPerHold: Int) {
        self.actors = actors
        self.performance = performance
        self.firstSeat = firstSeat
        self.seatsPerHold = seatsPerHold
        free = Deque(0..<groups)
    }

    /// Works until it is stopped and its last call is answered.
    func work(changesPerSecond: Int) async {
        let clock = ContinuousClock()
        let start = clock.now
        let perSecond = Double(changesPerSecond) / Double(seatsPerHold)
        var begun = 0
        await withDiscardingTaskGroup { group in
            while !isOver {
                let due = Int((clock.now - start) / .seconds(1) * perSecond)
                while begun < due {
                    begun += 1
                    guard calls < Self.callsMax else { continue }
                    calls += 1
                    let isHold = begun.isMultiple(of: 2) || held.count < Self.heldMin
                    group.addTask { await isHold ? self.hold() : self.release() }
                }
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    func stop() { isOver = true }

    func report() -> Report { told }

    private func hold() async {
        defer { calls -= 1 }
        guard let group = free.popFirst() else { return }
        let customer = CustomerID(at: .now)
        let request = HoldCommand(
            customerId: customer, idempotencyKey: "\(customer)",
            fingerprint: String(repeating: "07", count: 32),
            seatIndexes: (0..<seatsPerHold).map { SeatIndex(firstSeat + group * seatsPerHold + $0) })
        let asked = Timestamp.now
        let began = ContinuousClock.now
        do {
            let answer = try await actors.seatMap(performance).hold(request)
            guard answer.status == 201, let body = answer.body else {
                free.append(group)
                return told.failures["\(answer.status)", default: 0] += 1
            }
            let hold = try WireJSON.decode(HoldResource.self, from: body.bytes)
            told.holds += 1
            told.changes += seatsPerHold
            told.asked.append(asked.unixMicroseconds / 1000)
            told.took.append((ContinuousClock.now - began) / .milliseconds(1))
            held.append(Held(group: group, holdID: hold.holdId, customer: customer))
        } catch {
            // Whether it is held is not known: the group is left alone.
            told.failures["\(error)", default: 0] += 1
        }
    }

    private func release() async {
        defer { calls -= 1 }
        guard let hold = held.popFirst() else { return }
        do {
            let answer = try await actors.holds(hold.customer).release(
                HoldQuestion(holdId: hold.holdID, customerId: hold.customer))
            guard answer.status == 204 else { return told.failures["release \(answer.status)", default: 0] += 1 }
            told.changes += seatsPerHold
            free.append(hold.group)
        } catch {
            told.failures["\(error)", default: 0] += 1
        }
    }
}
