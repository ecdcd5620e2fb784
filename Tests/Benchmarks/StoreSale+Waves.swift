import LedgerStore
import Ticketing

extension StoreSale {
    /// Lets many customers go through the same free seats, one after the other, each wanting all of them as somebody new
    /// each time; then all is given back.
    func contend(_ performance: PerformanceID, seats: Int, customers: Int, wave: Int) async throws -> SeatWave {
        let door = PerformanceDoor(pool: pool)
        let clock = ContinuousClock()
        let start = clock.now
        let granted = try await withThrowingTaskGroup(of: [(SeatIndex, HoldItem)].self) { group in
            for number in 0..<customers {
                group.addTask {
                    var granted: [(SeatIndex, HoldItem)] = []
                    for seat in 0..<SeatIndex(seats) {
                        let wish = HoldItem(
                            holdID: HoldID(at: .now), customerID: CustomerID(at: .now),
                            idempotencyKey: "wave-\(wave)-\(number)-\(seat)",
                            fingerprint: [UInt8](repeating: 7, count: 32), requestID: "wave", seatIndexes: [seat])
                        switch try await door.hold(wish, in: performance) {
                        case .held: granted.append((seat, wish))
                        case .seatsTaken: break
                        default: throw StoreBenchmarkFailure.notHeld
                        }
                    }
                    return granted
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = (clock.now - start) / .seconds(1)
        for (_, wish) in granted {
            guard try await door.release(wish.holdID, of: wish.customerID, in: performance) == .released else {
                throw StoreBenchmarkFailure.notHeld
            }
        }
        let counts = granted.reduce(into: [SeatIndex: Int]()) { $0[$1.0, default: 0] += 1 }
        return SeatWave(
            soldTwice: counts.values.count { $0 > 1 }, perSecond: Double(seats * customers) / seconds)
    }
}
