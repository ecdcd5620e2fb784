import Testing

@testable import Payment

@Suite("The bell that wakes a worker", .timeLimit(.minutes(1)))
struct BellTests {
    @Test("A ring that nobody waited for is heard by the next, once")
    func earlyRing() async {
        let bell = Bell()
        bell.ring()
        bell.ring()
        await bell.wait()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await bell.wait()
                return true
            }
            group.addTask {
                for _ in 0..<1_000 { await Task.yield() }
                return false
            }
            let isWokenFirst = await group.next()
            #expect(isWokenFirst == false)
            bell.ring()
        }
    }

    /// Of twenty payments that were asked to end, one never did: a cancellation rings with its task's lock
    /// in hand, and whoever rang at the same time wanted that lock with the bell's in hand.
    @Test("A worker that is cancelled ends, whoever else rings at that moment")
    func ringsWhileCancelled() async {
        for _ in 0..<5_000 {
            let bell = Bell()
            let worker = Task {
                await withTaskCancellationHandler {
                    while !Task.isCancelled { await bell.wait() }
                } onCancel: {
                    bell.ring()
                }
            }
            let ringer = Task { for _ in 0..<20 { bell.ring() } }
            await Task.yield()
            worker.cancel()
            await worker.value
            await ringer.value
        }
    }
}
