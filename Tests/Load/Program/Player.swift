import ArgumentParser
import Foundation
import LoadEngine
import LoadModel
import Synchronization
import Ticketing
import ViewerCrowd
import Wire

/// Plays one scenario after the other against one gateway.
final class Player {
    private let address: CrowdAddress
    private let provisions: Provisions
    private let blows: Blows
    private let threads: Int
    private let lagMillisecondsMax: Double
    private let forwards: Bool
    private let isUrgent: Bool
    private let knownCapacity: Double?
    private var customers = CustomerTokens()

    init(
        address: CrowdAddress, provisions: Provisions, blows: Blows, threads: Int, lagMillisecondsMax: Double,
        forwards: Bool, isUrgent: Bool, capacity: Double?
    ) {
        self.address = address
        self.provisions = provisions
        self.blows = blows
        self.threads = threads
        self.lagMillisecondsMax = lagMillisecondsMax
        self.forwards = forwards
        self.isUrgent = isUrgent
        knownCapacity = capacity
    }

    /// What can be said against a scenario before it is played.
    func check(_ scenario: Scenario) throws {
        let missing = blows.missing(for: scenario)
        guard missing.isEmpty else {
            throw ValidationError(
                "\(scenario.name) strikes by \(missing.joined(separator: ", ")): say what that is by --blow NAME=COMMAND."
            )
        }
    }

    func play(_ scenario: Scenario) async throws -> LoadReport {
        tell("\(scenario.name): \(scenario.says)")
        customers = try await provisions.customers(for: scenario, known: customers)
        let sale = try await provisions.sale(for: scenario)
        let pages = PublicPages(address: address)
        let performance = try await pages.performance(sale.performance)
        let target = LoadTarget(
            address: address, performance: sale.performance, seatCount: performance.seatCount,
            hasRoom: performance.waitingRoom != nil, opensAt: performance.onSaleAt, forwards: forwards)
        var customersTaken = 0
        let found = try await capacity(of: scenario, at: target, &customersTaken)
        let stretches = scenario.stretches(capacity: found?.arrivalsPerSecond ?? knownCapacity ?? 0)
        try checkCustomers(scenario, stretches, from: customersTaken)
        let watch = try await viewers(of: scenario, at: target)
        let before = try await provisions.counts()

        let run = LoadRun(
            scenario, stretches: stretches, at: target, customers: customers, customersFrom: customersTaken,
            threads: threads, keepsMarks: watch != nil, isUrgent: isUrgent)
        var witness = target.hasRoom ? QueueWitness(pages: pages, performance: sale.performance) : nil
        await witness?.look()
        let startedAt = try await run.begin(notBefore: sale.beginsAt)
        let (mapLag, faults) = try await accompany(run, scenario, startedAt: startedAt, watch: watch, &witness)
        let outcome = await run.outcome()
        let proof = await proof(by: &witness)
        var tally = outcome.tally
        tally.queue.rank(by: proof?.ranking ?? [:])

        var circumstances = LoadCircumstances(
            startedAt: startedAt, seconds: outcome.seconds, stretches: stretches,
            processors: ProcessInfo.processInfo.activeProcessorCount, threads: threads)
        circumstances.capacity = found
        circumstances.seatCount = performance.seatCount
        circumstances.lagMillisecondsMax = lagMillisecondsMax
        circumstances.customersMissing = outcome.customersMissing
        circumstances.mapLag = mapLag
        circumstances.blowFaults = faults
        circumstances.isQueueVerified = proof?.isVerified
        circumstances.isQueueMoveFound = proof?.isMoveFound
        circumstances.viewers = await watch?.end()
        circumstances.countsBefore = before
        await conclude(scenario, &circumstances)
        return LoadReport(tally, of: scenario, circumstances)
    }

    /// Strikes for the last time, counts and audits. What was played is told whatever becomes of that.
    private func conclude(_ scenario: Scenario, _ circumstances: inout LoadCircumstances) async {
        circumstances.blowFaults += await blows.strikeAtEnd(scenario)
        do {
            circumstances.countsAfter = try await provisions.counts()
            tell("auditing")
            circumstances.audit = try await provisions.audit()
        } catch {
            circumstances.audit = LoadReport.Audit(
                exitCode: 2, seatsSoldTwice: nil, findings: ["The audit could not be made: \(error)"])
        }
    }

    /// What the published ranking is worth; nothing is claimed where it can't be read.
    private func proof(by witness: inout QueueWitness?) async -> QueueWitness.Proof? {
        do {
            return try await witness?.prove(by: provisions.jobs)
        } catch {
            tell("The ranking could not be proved: \(error)")
            return nil
        }
    }

    // MARK: Before

    /// Looks for the capacity where the scenario needs it and nobody knows it.
    private func capacity(
        of scenario: Scenario, at target: LoadTarget, _ customersTaken: inout Int
    ) async throws -> CapacitySearch.Capacity? {
        guard let settings = scenario.capacity, knownCapacity == nil else { return nil }
        var search = CapacitySearch(settings)
        while let rate = search.nextRate {
            let step = scenario.capacityStep(at: rate, settings)
            let stretches = step.stretches(capacity: 0)
            try checkCustomers(step, stretches, from: customersTaken)
            let run = LoadRun(
                step, stretches: stretches, at: target, customers: customers, customersFrom: customersTaken,
                threads: threads, isUrgent: isUrgent)
            _ = try await run.begin()
            let outcome = await run.outcome()
            customersTaken += outcome.customersTaken
            let counted = outcome.tally.phases[1]
            let goals = Double(counted.goals) / step.phases[1].seconds
            tell("\(LoadFigures.short(rate)) arrivals a second: \(LoadFigures.short(goals)) \(scenario.goal.rawValue)")
            search.measured(
                goalsPerSecond: goals, arrivalsPerSecond: Double(counted.arrivals) / step.phases[1].seconds)
        }
        guard let found = search.capacity else {
            throw ValidationError(
                "Nobody reached \(scenario.goal.rawValue) at \(LoadFigures.short(settings.fromPerSecond)) arrivals a "
                    + "second: begin with fewer (capacity.from_per_second), or give each step more time.")
        }
        tell("capacity: \(LoadFigures.short(found.arrivalsPerSecond)) arrivals a second")
        return found
    }

    private func checkCustomers(_ scenario: Scenario, _ stretches: [RateStretch], from taken: Int) throws {
        let shares = scenario.people.reduce(0) { $0 + $1.share }
        let buying = scenario.people.filter(\.areCustomers).reduce(0) { $0 + $1.share }
        let needed = Int((stretches.reduce(0) { $0 + $1.arrivals } * buying / shares).rounded(.up))
        guard buying == 0 || customers.count > 0 else {
            throw ValidationError("\(scenario.name) needs customers: name a file of create-customers by --customers.")
        }
        guard scenario.customersReturn || buying == 0 || taken + needed <= customers.count else {
            throw ValidationError(
                "\(scenario.name) needs about \(taken + needed) customers, and there are \(customers.count): "
                    + "make more of them (customers), or let them return (customers_return).")
        }
    }

    private func viewers(of scenario: Scenario, at target: LoadTarget) async throws -> MapWatch? {
        guard scenario.viewers > 0 else { return nil }
        let watch = MapWatch(
            count: scenario.viewers, of: target.performance, at: address, sources: scenario.sources)
        let deadline = ContinuousClock.now + .seconds(30)
        while await watch.watching() < scenario.viewers {
            guard ContinuousClock.now < deadline else {
                let watching = await watch.watching()
                _ = await watch.end()
                throw ValidationError("Of \(scenario.viewers) viewers only \(watching) have a map after 30 s.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return watch
    }

    // MARK: Meanwhile

    /// Shows how it goes, strikes, looks at what the viewers see and notes what is published, until it is over.
    private func accompany(
        _ run: LoadRun, _ scenario: Scenario, startedAt: Timestamp, watch: MapWatch?, _ witness: inout QueueWitness?
    ) async throws -> (MapLagBook, blowFaults: [String]) {
        let struck = Mutex<[String]>([])
        let striking = Task { [blows] in
            await blows.strike(scenario, startedAt: startedAt) { line in struck.withLock { $0.append(line) } }
        }
        defer { striking.cancel() }
        var screen = LiveScreen(
            view: LiveView(name: scenario.name, goal: scenario.goal.rawValue, seconds: scenario.seconds))
        var lag = MapLagBook()
        var shown = 0.0
        func look() async {
            for mark in run.takeMarks() { lag.note(mark) }
            for arrival in await watch?.newArrivals() ?? [] { lag.see(arrival) }
        }
        while !run.isOver {
            try await Task.sleep(for: .milliseconds(200))
            let lines = struck.withLock { lines in
                defer { lines = [] }
                return lines
            }
            for line in lines { screen.tell(line) }
            guard let moment = run.moment, moment.seconds > shown else { continue }
            shown = moment.seconds
            screen.show(moment)
            await look()
            await witness?.look()
        }
        // The last deltas count when they have settled, and what was held before had its time to be seen.
        if watch != nil { try await Task.sleep(for: .seconds(4)) }
        await look()
        return (lag, await striking.value)
    }

    private func tell(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
