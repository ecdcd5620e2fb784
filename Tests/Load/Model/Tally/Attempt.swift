import Ticketing

/// Something that a journey wants to have done: from its first asking, through all of them, to how it ended.
///
/// What is never done counts as failed, whatever became of it: given up, left without an answer, still under way when
/// the run was over. Only what the rules refused at once, to somebody who had not been put off before, was not to be had.
public struct Attempt: Sendable, Equatable {
    private enum State {
        /// Asked for.
        case open
        /// The rules said no, and never anything else was said.
        case refused
        /// Told to come again, left without an answer, or told that it is not over yet.
        case putOff
    }

    /// What it is for.
    let purpose: LoadStep
    /// In which it was asked for first: there it counts, whenever it ends.
    let phase: Int
    private var state = State.open

    init(_ purpose: LoadStep, phase: Int) {
        self.purpose = purpose
        self.phase = phase
    }

    /// Whether the rules refused it before anybody was put off.
    var isRefusedAtOnce: Bool { state == .refused }

    /// Hears an answer; true where that did it.
    mutating func heard(_ reply: LoadReply) -> Bool {
        switch reply {
        // An order that waits for its payment is done; a payment is not before the order is paid.
        case .accepted(let facts) where purpose != .pay || facts.orderState == .paid: return true
        case .refused: if state == .open { state = .refused }
        case .accepted, .shed, .strange, .lost: state = .putOff
        }
        return false
    }
}

extension LoadTally {
    /// A journey asks for something: the first time, another time, or otherwise than before.
    public mutating func ask(_ step: LoadStep, in phase: Int, _ attempt: inout Attempt?) {
        // Who asks whether it is their turn has the place already.
        guard step != .poll, attempt?.purpose != step.purpose else { return }
        attempt = Attempt(step.purpose, phase: phase)
        self[phase: phase][step.purpose].journeysAsked += 1
    }

    /// A journey was answered, or was not.
    public mutating func hear(_ reply: LoadReply, _ attempt: inout Attempt?) {
        guard attempt?.heard(reply) == true, let done = attempt else { return }
        self[phase: done.phase][done.purpose].journeysDone += 1
        attempt = nil
    }

    /// A journey is over.
    public mutating func end(_ attempt: inout Attempt?) {
        if let ended = attempt, ended.isRefusedAtOnce { self[phase: ended.phase][ended.purpose].journeysRefused += 1 }
        attempt = nil
    }
}
