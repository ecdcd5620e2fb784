import ActorTransport
import Contracts
import TestSupport
import Testing
import Ticketing
import Wire

/// Wishes that travel together, at the real executable: each is answered as if it had come alone.
struct HoldsTogetherTests {
    private func wish(
        _ seats: [SeatIndex]?, customer: CustomerID = CustomerID(at: .now), key: String = "key",
        fingerprint: String = "00", best: BestAvailableRequest? = nil, request: String = "request"
    ) -> HoldCommand {
        HoldCommand(
            customerId: customer, idempotencyKey: key, fingerprint: fingerprint, seatIndexes: seats,
            bestAvailable: best, requestId: request)
    }

    /// What each wish is told; a failure is none.
    private func answers(of answer: HoldsAnswer) throws -> [Answer?] {
        try answer.holds.map { told in
            switch told {
            case .answered(let own): own
            case .refused(let number): try #require(answer.shared[number...].first).answer(requestID: "mine")
            case .failed: nil
            }
        }
    }

    private func code(_ answer: Answer?) throws -> ProblemCode? {
        guard let answer, answer.isProblem else { return nil }
        return try answer.body?.decode(Problem.self).code
    }

    private func seats(_ answer: Answer?) throws -> [SeatIndex] {
        try #require(try answer?.body?.decode(HoldResource.self)).seatIndexes
    }

    private func with(
        _ body: (ReservationService, PerformanceID, $SeatMapContract) async throws -> Void
    ) async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale()
            try await service.admin.waitUntilReady()
            try await body(service, performance, service.actors.seatMap(performance))
        }
    }

    @Test func `good and bad ones of every kind are told apart, in their order`() async throws {
        try await with { _, performance, map in
            let customer = CustomerID(at: .now)
            var late = wish([40])
            late.earlierMilliseconds = .max
            let answer = try await map.holdTogether(
                HoldsCommand(
                    performanceId: performance,
                    holds: [
                        wish([3, 4], customer: customer, key: "first"),
                        wish([]), wish([10_000_000]),
                        wish(nil, best: BestAvailableRequest(quantity: 3)),
                        wish(nil, best: BestAvailableRequest(sectionId: "nowhere", quantity: 1)),
                        late,
                        // The same once more, another request by the same key, and one for seats that are not all free.
                        wish([3, 4], customer: customer, key: "first"),
                        wish([3, 4], customer: customer, key: "first", fingerprint: "01"),
                        wish([4, 5]),
                    ]))
            let told = try answers(of: answer)
            #expect(told.map { $0?.status } == [201, 422, 422, 201, 422, nil, 201, 422, 409])
            #expect(try seats(told[0]) == [3, 4])
            #expect(try code(told[1]) == .invalidRequest)
            #expect(try code(told[2]) == .unknownSeat)
            let best = try seats(told[3])
            #expect(best.count == 3 && Set(best).isDisjoint(with: [3, 4]))
            #expect(try code(told[4]) == .invalidRequest)
            guard case .failed(let failure) = answer.holds[5] else {
                Issue.record("a wish whose time was over")
                return
            }
            #expect(failure.callFailure.code == .expired)
            #expect(told[6]?.isReplay == true && told[6]?.body == told[0]?.body)
            #expect(try code(told[7]) == .idempotencyKeyReused)
            let loss = try #require(try told[8]?.body?.decode(Problem.self))
            #expect(loss.code == .seatTaken && loss.seatIndexes == [4])
        }
    }

    @Test func `of hundreds who want one seat one gets it, and the others are told what is near`() async throws {
        try await with { service, performance, map in
            let winner = CustomerID(at: .now)
            let first = try await map.holdTogether(
                HoldsCommand(
                    performanceId: performance,
                    holds: (0..<300).map {
                        wish([7], customer: $0 == 0 ? winner : CustomerID(at: .now), request: "request-\($0)")
                    }))
            let told = try answers(of: first)
            let held = told.indices.filter { told[$0]?.status == 201 }
            #expect(held.count == 1)
            var offered: Set<[[SeatIndex]]> = []
            for (place, answer) in told.enumerated() where !held.contains(place) {
                let problem = try #require(try answer?.body?.decode(Problem.self))
                #expect(problem.code == .seatTaken && problem.seatIndexes == [7])
                offered.insert(try #require(problem.alternatives))
            }
            #expect(offered.allSatisfy { $0.count == 3 && $0.allSatisfy { $0.count == 1 && $0 != [7] } })
            #expect(first.shared.count <= 16, "each refusal travels once")
            let count = "SELECT count(*) FROM hold WHERE performance_id = '\(performance)'"
            #expect(try service.databases.server.execute(count, in: service.databases.ledger) == "1")

            // Who won and lost the answer asks again among the losers.
            let again = try await map.holdTogether(
                HoldsCommand(
                    performanceId: performance,
                    holds: (0..<100).map { wish([7], customer: $0 == 50 ? winner : CustomerID(at: .now)) }))
            let repeated = try answers(of: again)
            #expect(held == [0], "the first to come asks")
            #expect(repeated[50]?.isReplay == true && repeated[50]?.body == told[0]?.body)
            #expect(repeated.indices.filter { repeated[$0]?.status == 409 }.count == 99)
            #expect(try service.databases.server.execute(count, in: service.databases.ledger) == "1")
        }
    }

    @Test func `those at their limit don't keep the seat from who comes behind them`() async throws {
        try await with { service, performance, map in
            let full = CustomerID(at: .now)
            let most = try #require(
                Int(
                    try service.databases.server.execute(
                        "SELECT seats_per_customer_max FROM performance WHERE performance_id = '\(performance)'",
                        in: service.databases.ledger)))
            let own = try await map.hold(wish((0..<most).map { SeatIndex($0) }, customer: full))
            #expect(own.status == 201)
            let answer = try await map.holdTogether(
                HoldsCommand(
                    performanceId: performance,
                    holds: (0..<20).map { wish([900], customer: full, key: "more-\($0)") } + [wish([900])]))
            let told = try answers(of: answer)
            #expect(try told.dropLast().allSatisfy { try code($0) == .seatLimitReached })
            #expect(told.last??.status == 201)
        }
    }

    @Test func `many who want the best get groups of their own`() async throws {
        try await with { _, performance, map in
            let answer = try await map.holdTogether(
                HoldsCommand(
                    performanceId: performance,
                    holds: (0..<100).map { _ in wish(nil, best: BestAvailableRequest(quantity: 2)) }))
            let groups = try answers(of: answer).map { try seats($0) }
            #expect(groups.allSatisfy { $0.count == 2 })
            #expect(Set(groups.joined()).count == 200)
        }
    }

    @Test func `too many at once, and those of another performance, are refused`() async throws {
        try await with { _, performance, map in
            let crowd = (0...HoldsCommand.holdsMax).map { wish([SeatIndex($0)]) }
            let failure = await #expect(throws: CallFailure.self) {
                try await map.holdTogether(HoldsCommand(performanceId: performance, holds: crowd))
            }
            #expect(failure?.code == .malformed)
            let astray = try await map.holdTogether(
                HoldsCommand(performanceId: PerformanceID(at: .now), holds: [wish([1])]))
            #expect(try code(answers(of: astray)[0]) == .notFound)
            #expect(try await map.holdTogether(HoldsCommand(performanceId: performance, holds: [])).holds == [])
        }
    }

    @Test func `where all failed alike the call fails as one of them would have`() async throws {
        try await with { _, performance, map in
            var late = wish([1])
            late.earlierMilliseconds = .max
            let failure = await #expect(throws: CallFailure.self) {
                try await map.holdTogether(HoldsCommand(performanceId: performance, holds: [late, late]))
            }
            #expect(failure?.code == .expired)
        }
    }
}
