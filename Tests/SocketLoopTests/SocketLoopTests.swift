import Glibc
import Testing
import TestSupport

@testable import SocketLoop

/// An actor that lives on a loop and may use its sockets and timers.
actor Resident {
    let loop: SocketLoop
    private(set) var heard: [String] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: SocketLoop) {
        self.loop = loop
    }

    func hear(_ text: String) {
        #expect(loop.isOnLoop)
        heard.append(text)
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func until(count: Int) async {
        while heard.count < count { await withCheckedContinuation { waiting.append($0) } }
    }

    @discardableResult
    func run<Value: Sendable>(_ body: @Sendable (isolated Resident) throws -> Value) rethrows -> Value {
        try body(self)
    }
}

@Suite(.timeLimit(.minutes(1))) struct SocketLoopTests {
    let loop = SocketLoop(name: "loop-under-test")

    @Test func `an actor of the loop runs on its thread`() async {
        let resident = Resident(loop)
        #expect(!loop.isOnLoop)
        #expect(await resident.run { $0.loop.isOnLoop })
        await resident.run { resident in resident.loop.preconditionIsolated() }
    }

    @Test func `a task that prefers the loop runs on its thread`() async {
        let loop = loop
        let isOnLoop = await Task(executorPreference: loop) {
            await Task.yield()
            return loop.isOnLoop
        }.value
        #expect(isOnLoop)
        #expect(await withTaskExecutorPreference(loop) { loop.isOnLoop })
    }

    @Test func `calls from many threads all arrive`() async {
        let resident = Resident(loop)
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<16 {
                group.addTask {
                    for call in 0..<500 { await resident.hear("\(caller).\(call)") }
                }
            }
        }
        let heard = await resident.heard
        #expect(Set(heard).count == 8_000)
        #expect(heard.filter { $0.hasPrefix("3.") } == (0..<500).map { "3.\($0)" })
    }

    @Test func `timers fire in order, cancelled ones never`() async {
        let resident = Resident(loop)
        await resident.run { resident in
            let (loop, start) = (resident.loop, ContinuousClock.now)
            loop.schedule(at: start + .milliseconds(30)) { resident.hear("third") }
            let cancelled = loop.schedule(at: start + .milliseconds(15)) { resident.hear("cancelled") }
            loop.schedule(at: start + .milliseconds(10)) {
                resident.hear("first")
                loop.cancel(cancelled)
                loop.schedule(at: start + .milliseconds(20)) { resident.hear("second") }
            }
        }
        await resident.until(count: 3)
        #expect(await resident.heard == ["first", "second", "third"])
    }

    @Test func `the tick's end comes after the tick's jobs`() async {
        let resident = Resident(loop)
        await resident.run { resident in
            resident.loop.atTickEnd { resident.hear("end") }
            // Enqueued while the tick runs, and so part of it.
            Task { resident.hear("job") }
        }
        await resident.until(count: 2)
        #expect(await resident.heard == ["job", "end"])
    }

    @Test func `a socket is heard while it is registered`() async throws {
        let resident = Resident(loop)
        let (near, far) = try socketPair()
        let registration = await resident.run { resident in
            resident.loop.register(near, for: .read) { readiness in
                #expect(readiness.isReadable && !readiness.isWritable)
                var byte: UInt8 = 0
                guard read(near, &byte, 1) == 1 else { return }
                resident.hear(String(UnicodeScalar(byte)))
            }
        }
        write(far, "ab", 2)
        await resident.until(count: 2)
        #expect(await resident.heard == ["a", "b"])

        await resident.run { $0.loop.deregister(registration) }
        write(far, "c", 1)
        await resident.run { resident in
            resident.loop.schedule(after: .milliseconds(20)) { resident.hear("later") }
        }
        await resident.until(count: 3)
        #expect(await resident.heard == ["a", "b", "later"])
        close(near)
        close(far)
    }

    @Test func `interest in writing can be turned on and off`() async throws {
        let resident = Resident(loop)
        let (near, far) = try socketPair()
        await resident.run { resident in
            let box = RegistrationBox()
            box.registration = resident.loop.register(near, for: .read) { readiness in
                #expect(readiness.isWritable)
                resident.hear("writable")
                if let registration = box.registration { resident.loop.update(registration, to: .read) }
            }
            if let registration = box.registration { resident.loop.update(registration, to: [.read, .write]) }
            resident.loop.schedule(after: .milliseconds(20)) { resident.hear("later") }
        }
        await resident.until(count: 2)
        #expect(await resident.heard == ["writable", "later"])
        close(near)
        close(far)
    }

    @Test func `a socket that ended earlier in the tick is not heard any more`() async throws {
        let resident = Resident(loop)
        let pairs = [try socketPair(), try socketPair()]
        await resident.run { resident in
            let loop = resident.loop
            let boxes = [RegistrationBox(), RegistrationBox()]
            for (index, pair) in pairs.enumerated() {
                boxes[index].registration = loop.register(pair.near, for: .read) { _ in
                    resident.hear("one")
                    for box in boxes { if let registration = box.registration { loop.deregister(registration) } }
                }
            }
            // Both become ready while the loop is busy here, and so in one look at the sockets.
            for pair in pairs { write(pair.far, "x", 1) }
            loop.schedule(after: .milliseconds(20)) { resident.hear("later") }
        }
        await resident.until(count: 2)
        #expect(await resident.heard == ["one", "later"])
        for pair in pairs {
            close(pair.near)
            close(pair.far)
        }
    }

    @Test func `hosts are looked up`() async {
        #expect(await HostResolver.addresses(of: "127.0.0.1") == ["127.0.0.1"])
        #expect(await HostResolver.addresses(of: "::1") == ["::1"])
        #expect(await HostResolver.addresses(of: "localhost").contains { $0 == "127.0.0.1" || $0 == "::1" })
        #expect(await HostResolver.addresses(of: "no-such-host.invalid") == [])
    }

    private func socketPair() throws -> (near: Int32, far: Int32) {
        var descriptors: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &descriptors) == 0)
        return (descriptors[0], descriptors[1])
    }
}

private final class RegistrationBox {
    var registration: SocketRegistration?
}
