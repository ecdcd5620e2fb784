import Foundation
import Synchronization

/// A crowd on a thread of its own, asked from anywhere.
public final class CrowdThread: Sendable {
    private let questions = Mutex<[@Sendable (Crowd) -> Void]>([])

    /// The viewers begin to come.
    public init(_ settings: CrowdSettings) {
        Self.raiseFileLimit()
        Thread.detachNewThread { [self] in
            let crowd = Crowd(settings: settings)
            while !crowd.isOver {
                crowd.turn()
                let asked = questions.withLock { questions in
                    defer { questions = [] }
                    return questions
                }
                for question in asked { question(crowd) }
            }
        }
    }

    /// Asks the crowd on its thread.
    public func ask<Answer: Sendable>(_ question: @escaping @Sendable (Crowd) -> Answer) async -> Answer {
        await withCheckedContinuation { caller in
            questions.withLock { $0.append { caller.resume(returning: question($0)) } }
        }
    }

    /// Everybody goes, and nobody can be asked any more.
    public func stop() async {
        await ask { $0.end() }
    }

    private static func raiseFileLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
