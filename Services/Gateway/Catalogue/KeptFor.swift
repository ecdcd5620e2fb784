/// How long an answer is kept.
struct KeptFor: Sendable, Hashable {
    /// It is fresh for so long …
    var fresh: Duration
    /// … and answers for so long after that, while no fresh one is to be had.
    var stale: Duration = .zero

    /// Cut off at an instant ahead, after which it may be wrong.
    func cut(after instant: Duration) -> KeptFor {
        let fresh = min(fresh, instant)
        return KeptFor(fresh: fresh, stale: min(stale, instant - fresh))
    }
}
