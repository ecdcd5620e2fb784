import Testing

@testable import LoadEngine

/// Who may run before all others.
struct ThreadPriorityTests {
    @Test func `threads are urgent only where everybody else goes on even if they never sleep`() {
        #expect(ThreadPriority.leavesRoom(threads: 1, processors: 2, bound: 950_000))
        #expect(ThreadPriority.leavesRoom(threads: 3, processors: 4, bound: 500_000))
        #expect(!ThreadPriority.leavesRoom(threads: 1, processors: 1, bound: 950_000))
        #expect(!ThreadPriority.leavesRoom(threads: 2, processors: 2, bound: 950_000))
        // The kernel bounds nothing, or nobody can tell.
        #expect(!ThreadPriority.leavesRoom(threads: 1, processors: 2, bound: -1))
        #expect(!ThreadPriority.leavesRoom(threads: 1, processors: 2, bound: nil))
    }
}
