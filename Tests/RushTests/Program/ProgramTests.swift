import Foundation
import LoadModel
import Testing
import Ticketing
import ViewerCrowd

@testable import Rush

/// What is around a run: commands, proofs, the queue's ranking.
struct ProgramTests {
    @Test func `a command gets its arguments as they are, and tells how it ended`() async throws {
        let command = ShellCommand(line: "printf '%s;'")
        #expect(try await command.runWell(["a b", "$HOME", "'", "\""]) == Array("a b;$HOME;';\";".utf8))
        let failing = ShellCommand(line: "sh -c 'echo told; exit 3' sh")
        let ending = try await failing.run(["x"])
        #expect(ending.exitCode == 3 && ending.output == Array("told\n".utf8))
        await #expect(throws: ShellCommand.Failure.self) { try await failing.runWell() }
        let variable = ShellCommand(line: "printenv RUSH_TEST #")
        #expect(try await variable.runWell(environment: ["RUSH_TEST": "7"]) == Array("7\n".utf8))
    }

    @Test func `an audit's findings are told, and double sales counted`() throws {
        let output = """
            {"taken_at": "2026-11-22T10:00:00Z", "findings": [
             {"check": "seat_with_two_tickets", "subject": "p:7", "detail": "2 tickets"},
             {"check": "seat_sold_twice", "subject": "p:8", "detail": "at 5"},
             {"check": "message_missing", "subject": "o", "detail": "d"}], "counts": {}}
            """
        let audit = try StackJobs.audit(ShellCommand.Ending(exitCode: 1, output: Array(output.utf8)))
        #expect(audit.exitCode == 1 && audit.seatsSoldTwice == 2)
        #expect(audit.findings[2] == "message_missing: o: d")
        let impossible = try StackJobs.audit(ShellCommand.Ending(exitCode: 2, output: []))
        #expect(impossible.exitCode == 2 && impossible.findings.count == 1 && impossible.seatsSoldTwice == nil)
    }

    @Test func `a ranking gives places by entries, and a moved entry another document`() throws {
        let ids = (1...3).map { QueuePlace.EntryID(high: 5, low: UInt64($0)) }
        let lines = ["{\"performance_id\":\"x\"}"] + ids.enumerated().map { "[\($0 + 10),\"\($1)\"]" }
        #expect(QueueWitness.ranks(lines) == [ids[0]: 1, ids[1]: 2, ids[2]: 3])
        let moved = try #require(QueueWitness.moved(lines))
        #expect(QueueWitness.ranks(moved.split(separator: "\n").map(String.init)) == [ids[0]: 1, ids[1]: 3, ids[2]: 2])
        #expect(QueueWitness.moved(Array(lines.prefix(2))) == nil)
        #expect(QueueWitness.ranks(["[", "[1,\"x\"]", "[1,2]"]).isEmpty)
    }

    @Test(arguments: [
        "127.0.0.256:80", "127.0.0:80", "127.evil.example:80", "localhost:80", "127.0.0.1", "127.0.0.1:0",
        "127.0.0.1:65536", ":80", "",
    ])
    func `an address is four numbers and a port`(text: String) throws {
        #expect(CrowdAddress(text) == nil)
        let known = try #require(CrowdAddress("127.0.0.9:8080"))
        #expect(known.host == "127.0.0.9" && known.port == 8_080)
    }

    /// Where the scripts' parts are.
    private static let library = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy/local/lib")
        .path(percentEncoded: false)
    private static let readQuota = "bash -c '. \"$1/say.sh\"; . \"$1/settings.sh\"; printf %s \"$cpu_quota\"' bash"

    @Test(arguments: [("9", 78), ("09", 78), ("0", 78), ("6401", 78), ("x", 78), ("10", 0), ("060", 0)])
    func `a quota that the kernel can't keep is refused`(quota: String, exitCode: Int32) async throws {
        let ending = try await ShellCommand(line: Self.readQuota).run(
            [Self.library], environment: ["BOXOFFICE_CPU_QUOTA": quota])
        #expect(ending.exitCode == exitCode)
        #expect(exitCode != 0 || ending.output == Array("\(Int(quota) ?? 0)".utf8))
    }

    @Test func `a share for the gateways wants one for those behind them`() async throws {
        let ending = try await ShellCommand(line: Self.readQuota).run(
            [Self.library], environment: ["BOXOFFICE_GATEWAY_CPU_QUOTA": "50"])
        #expect(ending.exitCode == 78)
    }

    @Test func `a scenario's blows have to be known`() throws {
        let text = """
            {"name": "a", "says": "S", "goal": "served", "phases": [{"name": "p", "seconds": 2, "per_second": 3}],
             "people": [{"name": "x", "does": ["browse"]}], "blows": [{"name": "gateway", "at_seconds": 1}],
             "blows_at_end": ["ledger"]}
            """
        let scenario = try ScenarioReader.read(Array(text.utf8))
        #expect(Blows([:]).missing(for: scenario) == ["gateway", "ledger"])
        #expect(Blows(["gateway": ShellCommand(line: "true")]).missing(for: scenario) == ["ledger"])
    }

    @Test func `a blow that fails is a fault, and is waited for`() async throws {
        let text = """
            {"name": "a", "says": "S", "goal": "served", "phases": [{"name": "p", "seconds": 2, "per_second": 3}],
             "people": [{"name": "x", "does": ["browse"]}],
             "blows": [{"name": "good", "at_seconds": 0}, {"name": "bad", "at_seconds": 0}],
             "blows_at_end": ["good", "bad"]}
            """
        let scenario = try ScenarioReader.read(Array(text.utf8))
        let blows = Blows(["good": ShellCommand(line: "true"), "bad": ShellCommand(line: "sh -c 'sleep 0.1; exit 3'")])
        let faults = await blows.strike(scenario, startedAt: .now) { _ in }
        #expect(faults.count == 1 && faults[0].hasPrefix("The blow bad failed at 0 s: "))
        #expect(faults[0].contains("ended with 3"))
        let faultsAtEnd = await blows.strikeAtEnd(scenario)
        #expect(faultsAtEnd.count == 1 && faultsAtEnd[0].hasPrefix("The blow bad failed at the end: "))
    }
}
