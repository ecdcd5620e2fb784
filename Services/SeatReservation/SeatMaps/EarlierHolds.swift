import LedgerStore
import Postgres

/// Looks up what keys made before, for all who ask at the same time in one reading: whoever loses without a batch may be
/// somebody who has won already, and asks again.
struct EarlierHolds: Sendable {
    private let reading: GatheredReading<DoorItemKey, HoldKeyUse>

    init(store: HoldStore) {
        reading = GatheredReading { (keys) async throws(PostgresFailure) in try await store.uses(of: keys) }
    }

    /// What the key was used for, by a reading that begins after this call; nil when it never was.
    func use(of key: DoorItemKey) async throws(PostgresFailure) -> HoldKeyUse? {
        try await reading.answer(to: key)
    }
}
