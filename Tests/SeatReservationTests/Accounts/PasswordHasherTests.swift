import ActorTransport
import TestSupport
import Testing

@testable import SeatReservation

/// Passwords that wait for a thread of their own.
struct PasswordHasherTests {
    @Test func `a password is known again, and no other`() async throws {
        let hasher = PasswordHasher(threads: 1, waitingMax: 8)
        let text = try await hasher.hash("correct horse")
        #expect(try await hasher.matches("correct horse", text))
        #expect(try await !hasher.matches("another horse", text))
        #expect(try await !hasher.matches("correct horse", nil))
        try await hasher.stop()
    }

    @Test func `of many at once those that fit are looked at, and the rest are refused`() async throws {
        let hasher = PasswordHasher(threads: 1, waitingMax: 3)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do {
                        _ = try await hasher.matches("a password", nil)
                        return false
                    } catch { return error is PasswordHasher.Overloaded }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refused > 0)
        #expect(refused < 40)
        #expect(hasher.hasRoom)
        try await hasher.stop()
    }

    @Test func `a password whose asker has stopped waiting is not looked at`() async throws {
        let hasher = PasswordHasher(threads: 1, waitingMax: 3)
        await #expect(throws: PasswordHasher.Overloaded.self) {
            try await CallContext.$current.withValue(CallContext(deadline: .now - .seconds(1))) {
                try await hasher.matches("a password", nil)
            }
        }
        #expect(hasher.hasRoom)
        try await hasher.stop()
    }
}
