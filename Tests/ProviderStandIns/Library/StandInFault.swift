/// What goes wrong with one call of a stand-in.
public enum StandInFault: Hashable, Sendable {
    /// The connection breaks before anything is done.
    case breakBefore
    /// It is done, and the connection breaks before the answer.
    case loseReply
    /// No answer comes, and nothing is done.
    case silence
    /// An answer begins and never ends; nothing is done.
    case endless
    /// Another answer comes in its place, and nothing is done.
    case status(Int)
    /// A fault is the answer to this key from now on, whether or not it was done.
    case keptFault(isDone: Bool)
}
