/// Items that one caller asked for together: it is told when the last of them has its answer. Belongs to the door's actor.
final class DoorGroup<Outcome: Sendable> {
    typealias Answer = Result<Outcome, DoorFailure>

    private let caller: CheckedContinuation<[Answer], Never>
    private var answers: [Answer?]
    private var openCount: Int

    init(count: Int, caller: CheckedContinuation<[Answer], Never>) {
        self.caller = caller
        answers = [Answer?](repeating: nil, count: count)
        openCount = count
    }

    /// The item at a place has its answer.
    func answered(_ place: Int, _ answer: Answer) {
        precondition(answers[place] == nil, "an item is answered twice")
        answers[place] = answer
        openCount -= 1
        if openCount == 0 { caller.resume(returning: answers.compactMap { $0 }) }
    }
}
