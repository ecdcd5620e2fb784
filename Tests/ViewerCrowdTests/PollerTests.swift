import Glibc
import Testing

@testable import ViewerCrowd

/// The kernel's list of sockets.
struct PollerTests {
    @Test func `what happens comes with its socket's mark, whichever way is waited`() {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        let poller = Poller()
        poller.add(ends[0], interest: Poller.readable, mark: 7)
        var marks: [UInt64] = []
        poller.wait(nanoseconds: 1_000) { mark, _ in marks.append(mark) }
        #expect(marks.isEmpty)
        #expect(send(ends[1], "x", 1, 0) == 1)
        poller.wait(nanoseconds: 1_000_000_000) { mark, events in
            if events & Poller.readable != 0 { marks.append(mark) }
        }
        poller.wait(milliseconds: 1_000) { mark, _ in marks.append(mark) }
        #expect(marks == [7, 7])
    }
}
