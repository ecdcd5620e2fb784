/// The answers to items that came together: who asked hears of them once all are there. Belongs to the door's actor.
final class DoorAnswers<Kind: DoorBatch> {
    typealias Answer = DoorLane<Kind>.Answer

    private var answers: [Answer?]
    private var left: Int
    private let caller: CheckedContinuation<[Answer], Never>

    init(count: Int, caller: CheckedContinuation<[Answer], Never>) {
        answers = Array(repeating: nil, count: count)
        left = count
        self.caller = caller
    }

    func put(_ answer: Answer, at place: Int) {
        precondition(answers[place] == nil, "an item was answered twice")
        answers[place] = answer
        left -= 1
        if left == 0 { caller.resume(returning: answers.compactMap { $0 }) }
    }
}
