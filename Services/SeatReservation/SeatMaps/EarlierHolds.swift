import LedgerStore
import Postgres

/// Looks up what keys made before, for all who ask at the same time in one reading: whoever loses without a batch may be
/// somebody who has won already, and asks again.
struct EarlierHolds: Sendable {
    private let reading: GatheredReading<DoorItemKey, HoldKeyUse>

    init(store: HoldStore) {
        reading = GatheredReading { (keys) async throws(PostgresFailure) in try await store.uses(of: keys) }
    }

    /// What keys were used for, in their order, by a reading that begins after this call; nil for those that never were.
    func uses(of keys: [DoorItemKey]) async throws(PostgresFailure) -> [HoldKeyUse?] {
        try await reading.answers(to: keys)
    }
}
