/// How long requests may take before more of them are too many; times are nanoseconds.
struct LatencyTolerance {
    /// So many times as long as in quiet times …
    let times: Double
    /// … both with this added to them: differences below it are nobody's business.
    let slack: Double
    /// What takes no longer than this is quick enough, however quick it is in quiet times …
    let unnoticed: Double
    /// … as long as more in flight are of use: where others are waited for to do things together.
    var isUnnoticedAllowed = true

    /// The longest time that is tolerated of what usually takes so long.
    func most(usual: Double) -> Double {
        let most = times * (usual + slack) - slack
        return isUnnoticedAllowed ? max(most, unnoticed) : most
    }
}
