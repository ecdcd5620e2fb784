import HTTP2
import HTTPTypes
import Synchronization
import Testing

/// What else a loop does while its jobs don't end.
@Suite struct BusyLoopTests {
    /// Two tasks of one loop hand a ball to and fro until it is caught.
    private static func play(until isCaught: @escaping @Sendable () -> Bool) async {
        let (here, toHere) = AsyncStream<Void>.makeStream()
        let (there, toThere) = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask {
                toThere.yield()
                for await _ in here where !isCaught() { toThere.yield() }
            }
            group.addTask {
                for await _ in there { toHere.yield() }
                toHere.finish()
            }
            group.addTask {
                while !isCaught() { try? await Task.sleep(for: .milliseconds(1)) }
                toThere.finish()
            }
        }
    }

    @Test func `jobs that do not end leave the sockets their share`() async throws {
        let isCaught = Atomic(false)
        let hasBegun = Atomic(false)
        var routes = RouteTable()
        routes.on(.get, "/play") { _ in
            hasBegun.store(true, ordering: .relaxed)
            await Self.play { isCaught.load(ordering: .relaxed) }
            return .text("caught")
        }
        routes.on(.get, "/catch") { _ in
            isCaught.store(true, ordering: .relaxed)
            return .text("yes")
        }
        try await Loopback.with(routes: routes) { loopback in
            async let game = loopback.ask(.get, "/play")
            try await eventually("they play") { hasBegun.load(ordering: .relaxed) }
            let caught = try? await loopback.ask(.get, "/catch").text
            // Also where nobody was heard the game has to end.
            isCaught.store(true, ordering: .relaxed)
            #expect(caught == "yes")
            #expect(try await game.text == "caught")
        }
    }
}
