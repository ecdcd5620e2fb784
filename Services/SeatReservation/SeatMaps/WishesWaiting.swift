import LedgerStore
import Ticketing

/// Wishes that wait for the next step of their map's actor, by what is to become of them. What waits for the same is taken
/// together, also where it came in different calls.
struct WishesWaiting {
    /// Somebody who gets no seats, unless the key has got some before.
    struct Unlucky {
        let wish: WishUnderWay
        let reason: Reason
    }

    /// Why somebody gets no seats without a batch.
    enum Reason {
        case lost(SeatLoss)
        case notEnough(largestGroup: Int)
        case notAdmitted(AdmissionRefusal)
    }

    /// Wishes of a map that have no answer yet, in all its calls; more are refused.
    static let openMax = 32_768

    /// Those that may look for their turn.
    var looking: [WishUnderWay] = []
    /// Those whose seats the ledger is to be asked for.
    var asking: [WishUnderWay] = []
    /// Those for whom the ledger is to choose.
    var choosing: [(wish: WishUnderWay, group: SeatGroupRequest)] = []
    /// Those whose keys are to be looked up.
    var unlucky: [Unlucky] = []
    /// Those that have no answer yet.
    var openCount = 0

    /// Takes all of a kind.
    mutating func take<Wish>(_ kind: WritableKeyPath<WishesWaiting, [Wish]>) -> [Wish] {
        var taken: [Wish] = []
        swap(&taken, &self[keyPath: kind])
        return taken
    }
}
