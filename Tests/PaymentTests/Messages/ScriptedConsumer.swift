import LedgerStore
import Synchronization

@testable import Payment

/// A consumer that notes what it is told, and does as a test says.
final class ScriptedConsumer: MessageConsumer {
    struct Refusal: Error {}

    let means: MessageMeans
    private let told = Mutex<[ClaimedDelivery]>([])
    private let script: @Sendable (ClaimedDelivery) async throws -> Void

    init(_ means: MessageMeans = .mail, _ script: @escaping @Sendable (ClaimedDelivery) async throws -> Void = { _ in })
    {
        self.means = means
        self.script = script
    }

    /// What it was told, in that order.
    var deliveries: [ClaimedDelivery] { told.withLock { $0 } }
    var positions: [Int64] { deliveries.map(\.message.position) }

    func deliver(_ delivery: ClaimedDelivery, milliseconds: Int) async throws -> String {
        try await script(delivery)
        told.withLock { $0.append(delivery) }
        return "noted"
    }
}
