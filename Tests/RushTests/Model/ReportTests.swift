import Testing
import Ticketing
import Wire

@testable import LoadModel

/// What a report says of what was counted.
struct ReportTests {
    private static let second: Int64 = 1_000_000_000

    private func scenario(_ expectations: [ScenarioExpectation] = []) throws -> Scenario {
        let text = """
            {"name": "trial", "says": "A <b>trial</b> & more.", "goal": "held", "customers": 9, "phases": [
              {"name": "calm", "seconds": 4, "per_second": 10}, {"name": "rush", "seconds": 4, "per_second": 100},
              {"name": "after", "seconds": 6, "per_second": 10}],
             "people": [{"name": "x", "does": ["hold"]}]}
            """
        var scenario = try ScenarioReader.read(Array(text.utf8))
        scenario.expectations = expectations
        return scenario
    }

    /// Ten holds a second, of which each takes a millisecond; in the rush and two seconds after it five, of ten.
    private func tally() -> LoadTally {
        var tally = LoadTally(phases: 3)
        for second in 0..<14 {
            let phase = second < 4 ? 0 : second < 8 ? 1 : 2
            let isBusy = phase == 1 || (8..<10).contains(second)
            let at = Int64(second) * Self.second
            for number in 0..<(phase == 1 ? 100 : 10) {
                let isServed = isBusy ? number < 5 : true
                let reply = isServed ? LoadReply.accepted(LoadFacts()) : .shed(code: "overloaded", afterSeconds: 1)
                let microseconds: Int64 = isServed ? (isBusy ? 10_000 : 1_000) : 300
                tally[phase: phase].arrivals += 1
                tally[secondOf: at].arrivals += 1
                tally[phase: phase][.hold].ask()
                tally[phase: phase][.hold].count(reply, microseconds: microseconds, at: at)
                tally[secondOf: at].count(reply, .hold, microseconds: microseconds)
                tally[phase: phase].lag.record(50)
                tally[phase: phase][.hold].journeysAsked += 1
                if isServed {
                    tally[phase: phase].goals += 1
                    tally[secondOf: at].goals += 1
                    tally[phase: phase][.hold].journeysDone += 1
                }
            }
        }
        return tally
    }

    private func report(
        _ tally: LoadTally, _ expectations: [ScenarioExpectation] = [],
        _ change: (inout LoadCircumstances) -> Void = { _ in }
    ) throws -> LoadReport {
        let scenario = try scenario(expectations)
        var circumstances = LoadCircumstances(
            startedAt: Timestamp(unixMicroseconds: 1_795_000_000_000_000), seconds: 14,
            stretches: scenario.stretches(capacity: 0), processors: 2, threads: 1)
        change(&circumstances)
        return LoadReport(tally, of: scenario, circumstances)
    }

    @Test func `columns are kept apart, and what nobody counted is not claimed`() throws {
        var report = try report(tally())
        #expect(report.columns.asked == 500 && report.columns.accepted == 110 && report.columns.holdsAccepted == 110)
        #expect(report.columns.shed == ["overloaded": 390])
        #expect(report.columns.holdsDurable == nil && report.columns.paymentsDurable == nil)
        report = try self.report(tally()) {
            $0.countsBefore = LedgerCounts(holds: 1_000, paymentsSucceeded: 7, seatsSold: 0)
            $0.countsAfter = LedgerCounts(holds: 1_089, paymentsSucceeded: 7, seatsSold: 0)
        }
        #expect(report.columns.holdsDurable == 89 && report.columns.paymentsDurable == 0)
    }

    @Test func `what is durable is divided by the time to the last answer, and by no less than the phases`() throws {
        var tally = tally()
        func report() throws -> LoadReport {
            try self.report(tally, [ScenarioExpectation(.durablePerSecond, step: .hold, atLeast: 5)]) {
                $0.countsBefore = LedgerCounts(holds: 0, paymentsSucceeded: 0, seatsSold: 0)
                $0.countsAfter = LedgerCounts(holds: 112, paymentsSucceeded: 14, seatsSold: 0)
            }
        }
        #expect(try report().columns.holdsSeconds == 14 && report().verdicts[0].found == 8)
        // A hold, and a payment that was asked for once more, in the tail.
        tally[phase: 3][.hold].count(.accepted(LoadFacts()), microseconds: 5, at: 28 * Self.second)
        tally[phase: 3][.readOrder].count(.accepted(LoadFacts()), microseconds: 5, at: 56 * Self.second)
        tally[phase: 3][.hold].count(.lost(.late), microseconds: 5, at: 99 * Self.second)
        let late = try report()
        #expect(late.verdicts[0].found == 4 && !late.verdicts[0].holds)
        #expect(late.columns.paymentsDurablePerSecond == 0.25)
        #expect(late.text.contains("112 holds (4.00 a second over 28.0 s), 14 payments (0.25 a second over 56.0 s)"))
    }

    @Test func `phases have their own rates and spans`() throws {
        let phases = try report(tally()).phases
        #expect(phases.map(\.name) == ["calm", "rush", "after"])
        #expect(phases.map(\.beginsAtSeconds) == [0, 4, 8])
        #expect(phases.map(\.offeredPerSecond) == [10, 100, 10])
        #expect(phases[0].goodputPerSecond == 10 && phases[1].goodputPerSecond == 5)
        #expect(phases[0].steps.map(\.step) == [.hold])
        #expect(phases[0].steps[0].accepted.p99 == 1 && phases[1].steps[0].accepted.count == 20)
        #expect(phases[1].steps[0].shed.p99 == 0.3)
    }

    static let verdicts: [(ScenarioExpectation, Double?, Bool)] = [
        (ScenarioExpectation(.goodputOfPeak, phase: "rush", atLeast: 0.9), 0.5, false),
        (ScenarioExpectation(.goodputOfPeak, phase: "calm", atLeast: 0.9), 1, true),
        (ScenarioExpectation(.shedP99, atMost: 20), 0.3, true),
        (ScenarioExpectation(.strangeAnswers, atMost: 0), 0, true),
        (ScenarioExpectation(.successShare, phase: "rush", step: .hold, atLeast: 0.5), 0.05, false),
        (ScenarioExpectation(.accepted, step: .hold, atLeast: 110, atMost: 110), 110, true),
        (ScenarioExpectation(.acceptedPerSecond, phase: "calm", step: .hold, atLeast: 10), 10, true),
        (ScenarioExpectation(.shed, step: .hold, atMost: 0), 390, false),
        // Two bad seconds behind the rush, and one more in whose three seconds they weigh.
        (ScenarioExpectation(.recoverySeconds, phase: "after", beside: "calm", atMost: 5), 4, true),
        (ScenarioExpectation(.recoverySeconds, phase: "rush", beside: "calm", atMost: 3), 4, false),
        (ScenarioExpectation(.acceptedP99, step: .pay, atMost: 1), nil, false),
        (ScenarioExpectation(.durablePerSecond, step: .hold, atLeast: 0), nil, false),
        (ScenarioExpectation(.mapLagP99, atMost: 100), nil, false),
        (ScenarioExpectation(.placesShare, atLeast: 1), nil, false),
        (ScenarioExpectation(.unjustRefusals, atMost: 0), 0, true),
        (ScenarioExpectation(.halfGroups, atMost: 0), 0, true),
        (ScenarioExpectation(.seatsGivenShare, atLeast: 1), nil, false),
    ]

    @Test(arguments: verdicts)
    func `an expectation is told with its number`(expectation: ScenarioExpectation, found: Double?, holds: Bool) throws
    {
        let verdict = try #require(try report(tally(), [expectation]).verdicts.first)
        #expect(verdict.found == found)
        #expect(verdict.holds == holds, "\(verdict.text)")
    }

    @Test func `the peak is the best that was seen, in a phase or in the search for the capacity`() throws {
        var search = CapacitySearch(CapacitySettings())
        search.measured(goalsPerSecond: 20)
        let capacity = search.capacity
        let expectations = [
            ScenarioExpectation(.goodputOfPeak, phase: "calm", atLeast: 0.9),
            ScenarioExpectation(.shed, phase: "rush", step: .hold, atLeast: 1),
            ScenarioExpectation(.shed, phase: "calm", step: .hold, atLeast: 1),
        ]
        let verdicts = try report(tally(), expectations) { $0.capacity = capacity }.verdicts
        #expect(verdicts.map(\.found) == [0.5, 380, 0] && verdicts.map(\.holds) == [false, true, false])
    }

    @Test func `a sold-out house is counted in the database, and so is one hold`() throws {
        let expectations = [
            ScenarioExpectation(.seatsSoldShare, atLeast: 1, atMost: 1),
            ScenarioExpectation(.durable, step: .hold, atLeast: 1, atMost: 1),
        ]
        func verdicts(sold: Int64, holds: Int64, seats: Int?) throws -> [LoadReport.Verdict] {
            try report(tally(), expectations) {
                $0.countsBefore = LedgerCounts(holds: 5, paymentsSucceeded: 2, seatsSold: 9)
                $0.countsAfter = LedgerCounts(holds: 5 + holds, paymentsSucceeded: 2, seatsSold: 9 + sold)
                $0.seatCount = seats
            }.verdicts
        }
        #expect(try verdicts(sold: 200, holds: 1, seats: 200).map(\.holds) == [true, true])
        #expect(try verdicts(sold: 199, holds: 2, seats: 200).map(\.found) == [0.995, 2])
        #expect(try verdicts(sold: 199, holds: 0, seats: 200).map(\.holds) == [false, false])
        #expect(try verdicts(sold: 200, holds: 1, seats: nil).map(\.holds) == [false, true])
        #expect(try report(tally(), expectations).verdicts.map(\.found) == [nil, nil])
    }

    @Test func `an emptied house is one of which every seat was given`() throws {
        var tally = tally()
        tally.wishes.granted(3, of: 4, askedAt: 1)
        tally.wishes.granted(2, of: 2, askedAt: 2)
        let expectations = [
            ScenarioExpectation(.seatsGivenShare, atLeast: 1), ScenarioExpectation(.halfGroups, atMost: 0),
        ]
        #expect(try report(tally, expectations) { $0.seatCount = 5 }.verdicts.map(\.found) == [1, 1])
        #expect(try report(tally, expectations) { $0.seatCount = 10 }.verdicts.map(\.holds) == [false, false])
    }

    @Test func `viewers who saw nothing are wrong, however soon the others saw it`() throws {
        let expectation = ScenarioExpectation(.viewersWrong, atMost: 0)
        func verdict(_ viewers: LoadReport.Viewers?, unseen: [SeatIndex] = []) throws -> LoadReport.Verdict {
            try report(tally(), [expectation]) {
                $0.viewers = viewers
                for seat in unseen { $0.mapLag.note(MapLagBook.Mark(seats: [seat], answeredAt: 1, expiresAt: 9)) }
            }.verdicts[0]
        }
        let all = LoadReport.Viewers(count: 9, open: 9, deliveries: 50, broken: 0, gaps: 0, forks: 0, different: 0)
        #expect(try verdict(all).holds)
        #expect(try verdict(all, unseen: [4, 7]).found == 2)
        let some = LoadReport.Viewers(count: 9, open: 7, deliveries: 50, broken: 3, gaps: 4, forks: 5, different: 6)
        #expect(try verdict(some).found == 20)
        #expect(try verdict(nil).found == nil)
    }

    @Test func `what was asked after the last phase counts where no phase is named`() throws {
        var tally = tally()
        for _ in 0..<110 {
            tally[phase: 3][.hold].ask()
            tally[phase: 3][.hold].journeysAsked += 1
        }
        tally[phase: 3][.hold].journeysRefused = 10
        let whole = ScenarioExpectation(.successShare, step: .hold, atLeast: 0.5)
        let phase = ScenarioExpectation(.successShare, phase: "calm", step: .hold, atLeast: 1)
        let verdicts = try report(tally, [whole, phase]).verdicts
        #expect(verdicts.map(\.found) == [110.0 / 600, 1])
    }

    @Test func `slower than the calm is told as a ratio`() throws {
        let expectation = ScenarioExpectation(
            .acceptedP99Ratio, phase: "rush", beside: "calm", step: .hold, atMost: 2)
        let verdict = try #require(try report(tally(), [expectation]).verdicts.first)
        #expect(!verdict.holds && abs((verdict.found ?? 0) - 10) < 0.2)
    }

    @Test func `a tool that was late says that its figures count for nothing`() throws {
        var tally = tally()
        #expect(try report(tally).generator.isValid)
        for _ in 0..<40 { tally[phase: 1].lag.record(60_000) }
        let late = try report(tally)
        #expect(!late.generator.isValid && !late.isGood)
        #expect(late.generator.faults[0].hasPrefix("In rush one request in a hundred went out"))
        #expect(late.text.contains("INVALID: In rush"))
        #expect(late.page.contains("These figures count for nothing."))
    }

    @Test func `so does one without room, without time or without customers`() throws {
        var tally = tally()
        tally[phase: 0].roomless = 40
        // All that the kernel gives to a thread of real-time priority.
        tally[secondOf: 0].processorMicroseconds = 949_000
        let report = try report(tally) { $0.customersMissing = 3 }
        #expect(report.generator.faults.count == 3)
    }

    @Test func `a run without one of its blows counts for nothing`() throws {
        let report = try report(tally()) { $0.blowFaults = ["The blow gateway failed at 3 s: no."] }
        #expect(!report.generator.isValid && !report.isGood && report.text.contains("INVALID: The blow gateway"))
    }

    @Test func `an audit with findings is no good`() throws {
        let clean = try report(tally()) {
            $0.audit = LoadReport.Audit(exitCode: 0, seatsSoldTwice: 0, findings: [])
        }
        #expect(clean.isGood && clean.text.contains("seats sold twice: 0"))
        let bad = try report(tally()) {
            $0.audit = LoadReport.Audit(exitCode: 1, seatsSoldTwice: 2, findings: ["seat_with_two_tickets: 7"])
        }
        #expect(!bad.isGood && bad.text.contains("seats sold twice: 2") && bad.page.contains("seat_with_two_tickets"))
    }

    @Test func `an audit that could not be made, or was not asked for, claims nothing`() throws {
        let impossible = try report(tally()) {
            $0.audit = LoadReport.Audit(exitCode: 2, seatsSoldTwice: nil, findings: ["The audit could not be made."])
        }
        #expect(!impossible.isGood && impossible.text.contains("exit code 2, seats sold twice: not known"))
        #expect(impossible.page.contains("not known"))
        let none = try report(tally())
        #expect(none.text.contains("not audited") && !none.text.contains("sold twice: 0"))
        #expect(none.page.contains("not audited"))
    }

    @Test func `it is the same after it was written down and read`() throws {
        let report = try report(tally(), Self.verdicts.map(\.0))
        #expect(try WireJSON.decode(LoadReport.self, from: WireJSON.encode(report)) == report)
    }

    @Test func `the page needs nothing from elsewhere, and shows text as text`() throws {
        let page = try report(tally(), Self.verdicts.map(\.0)).page
        for word in ["http:", "https:", "<script", "<link", "<img", "@import", "url("] { #expect(!page.contains(word)) }
        #expect(page.contains("A &lt;b&gt;trial&lt;/b&gt; &amp; more."))
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("<svg") && page.contains("<polyline"))
        #expect(!page.contains("nan") && !page.contains("inf,"))
    }

    @Test func `the text has a line for each phase, step and verdict`() throws {
        let text = try report(tally(), Self.verdicts.map(\.0)).text
        #expect(text.split(separator: "\n").count { $0.hasPrefix("  rush") } == 2)
        #expect(
            text.split(separator: "\n").count { $0.hasPrefix("  FAILS") || $0.hasPrefix("  holds") }
                == Self.verdicts.count)
    }

    @Test func `curves rise, and end at the longest`() throws {
        var histogram = LatencyHistogram()
        var random = SeededRandom(seed: 6)
        for _ in 0..<10_000 { histogram.record(random.number(in: 1...1_000_000)) }
        let curve = LoadReport.Latency(histogram).curve
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.share < $1.share && $0.milliseconds <= $1.milliseconds })
        #expect(curve.last?.milliseconds == LoadReport.milliseconds(histogram.maximum))
    }
}
