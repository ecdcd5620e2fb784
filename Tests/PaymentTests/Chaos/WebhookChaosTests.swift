import Foundation
import Testing
import Ticketing

@testable import Payment

/// Each seed's run in chaos has to end as the same run in order does.
///
/// `deploy/local/webhook-chaos` runs a thousand seeds, `deploy/local/webhook-chaos --seed N` one of them again.
@Suite struct `Webhooks in chaos` {
    /// The seeds: one that is given, or as many as are asked for, from 1.
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["BOXOFFICE_CHAOS_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let count = environment["BOXOFFICE_CHAOS_SEEDS"].flatMap { UInt64($0) } ?? 40
        return Array(1...max(1, count))
    }

    private static func run(_ stage: Stage, _ service: any ChaosProvider) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var left = seeds[...]
            for _ in 0..<playsAtOnce {
                guard let seed = left.popFirst() else { break }
                group.addTask { try await run(seed, stage, service) }
            }
            while try await group.next() != nil {
                if let seed = left.popFirst() { group.addTask { try await run(seed, stage, service) } }
            }
        }
        #expect(try await stage.findings() == [])
    }

    /// Sales are apart from each other: what one does does not depend on those beside it.
    private static let playsAtOnce = 4

    private static func run(_ seed: UInt64, _ stage: Stage, _ service: any ChaosProvider) async throws {
        let script = ChaosScript(seed: seed)
        var control = try await ChaosPlay(script, on: stage, with: service)
        var chaos = try await ChaosPlay(script, on: stage, with: service)
        let expected = try await control.inOrder()
        let seen = try await chaos.inChaos()
        #expect(seen == expected, "\(script); see it again: deploy/local/webhook-chaos --seed \(seed)")
    }

    @Test func `of the sandbox change nothing`() async throws {
        try await Stage.with { stage in try await Self.run(stage, ChaosSandbox(stage: stage)) }
    }

    @Test func `of Stripe change nothing`() async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            try await Self.run(stage, ChaosStripe(standIn: standIn, provider: provider))
        }
    }

    @Test func `of Toss Payments change nothing`() async throws {
        try await ProviderScene.withToss { stage, standIn, provider in
            try await Self.run(stage, ChaosToss(standIn: standIn, provider: provider))
        }
    }

    @Test func `are the same for the same seed, and differ between seeds`() {
        #expect(ChaosScript(seed: 7) == ChaosScript(seed: 7))
        #expect(Set((1...50).map { ChaosScript(seed: $0).buyers }).count > 40)
    }

    @Test func `and refunds of every kind are among the first fifty`() {
        let buyers = (1...50).flatMap { ChaosScript(seed: $0).buyers }
        #expect(Set(buyers.map(\.card)) == Set(ChaosScript.Card.allCases))
        #expect(Set(buyers.filter { !$0.refunds.isEmpty }.map(\.bank)) == Set(ChaosScript.Bank.allCases))
        let refunds = buyers.flatMap(\.refunds)
        #expect(Set(refunds.map(\.death)) == Set(ChaosScript.Death.allCases))
        #expect(Set(refunds.map(\.asker)) == [.customer, .organizer])
        #expect(Set(refunds.map(\.place)).count == 3)
    }
}
