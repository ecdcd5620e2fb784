import ActorTransport
import Contracts
import Wire

/// The wishes of one call, and what has become of each so far. Belongs to the map's actor.
final class HoldsUnderWay {
    let asked: [AskedHold]
    private var answers: [HoldAnswer?]
    private var shared: [SharedRefusal] = []
    /// Where a refusal stands among the shared ones, by its number.
    private var sharedPlaces: [Int: Int] = [:]
    private var caller: CheckedContinuation<Void, Never>?
    /// How many have no answer yet.
    private(set) var openCount: Int
    /// Whether one of them took as long as a batch takes.
    private(set) var tellsOfBatch = false
    /// Whether one of them found no room at the ledger's door.
    private(set) var foundNoRoom = false

    init(_ asked: [AskedHold]) {
        self.asked = asked
        answers = [HoldAnswer?](repeating: nil, count: asked.count)
        openCount = asked.count
    }

    /// Wakes the caller once every wish has its answer.
    func wakes(_ caller: CheckedContinuation<Void, Never>) {
        if openCount == 0 { caller.resume() } else { self.caller = caller }
    }

    func answered(_ place: Int, _ answer: Answer) {
        tellsOfBatch = tellsOfBatch || HoldAnswers.tellsOfBatch(answer)
        end(place, .answered(answer))
    }

    func refused(_ place: Int, _ refusal: Losers.Refusal) {
        if let known = sharedPlaces[refusal.number] { return end(place, .refused(shared: known)) }
        sharedPlaces[refusal.number] = shared.count
        end(place, .refused(shared: shared.count))
        shared.append(refusal.refusal)
    }

    func failed(_ place: Int, _ failure: CallFailure) {
        foundNoRoom = foundNoRoom || failure.code == .overloaded
        end(place, .failed(HoldFailure(failure)))
    }

    /// What all of them are told. Where all of them failed for the same reason that is a failure of the call, which its
    /// caller may take to another replica; else each is told its own.
    func answer() throws(CallFailure) -> HoldsAnswer {
        let ended = answers.compactMap { $0 }
        precondition(ended.count == asked.count, "a call is answered before its wishes are")
        if case .failed(let first) = ended.first,
            ended.allSatisfy({ if case .failed(let failure) = $0 { failure.code == first.code } else { false } })
        {
            throw first.callFailure
        }
        return HoldsAnswer(shared: shared, holds: ended)
    }

    private func end(_ place: Int, _ answer: HoldAnswer) {
        precondition(answers[place] == nil, "a wish is answered twice")
        answers[place] = answer
        openCount -= 1
        guard openCount == 0 else { return }
        caller?.resume()
        caller = nil
    }
}
