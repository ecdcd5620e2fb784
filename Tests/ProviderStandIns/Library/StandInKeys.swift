/// Answers by the idempotency keys of the calls that they were given to.
struct StandInKeys: Sendable {
    private struct Kept {
        let fingerprint: [UInt8]
        let answer: StandInAnswer
    }

    private var kept: [String: Kept] = [:]

    /// The answer of the first call with a key; nil for a key that is new, `misused` for one of another call.
    mutating func answer(
        _ route: String, _ request: StandInRequest, misused: StandInAnswer, doing work: () -> StandInAnswer
    ) -> StandInAnswer {
        guard let key = request.key else { return work() }
        let fingerprint = Array(route.utf8) + request.body
        if let known = kept[key] { return known.fingerprint == fingerprint ? known.answer : misused }
        let answer = work()
        // What was refused before anything was looked at is not kept.
        if answer.status != 401 { kept[key] = Kept(fingerprint: fingerprint, answer: answer) }
        return answer
    }

    /// As if the time after which keys are forgotten had passed.
    mutating func forget() {
        kept = [:]
    }
}
