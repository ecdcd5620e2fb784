import Testing

@testable import LoadModel

/// When people come, whatever those before them fare.
struct ArrivalScheduleTests {
    private func arrivals(
        _ stretches: [RateStretch], _ pattern: ArrivalPattern, seed: UInt64 = 1, share: Double = 1
    ) -> [Double] {
        var schedule = ArrivalSchedule(stretches, pattern: pattern, seed: seed, share: share)
        var times: [Double] = []
        while let at = schedule.next() { times.append(Double(at) / 1_000_000_000) }
        return times
    }

    @Test func `at even distances as many come as the rate says, in the middle of their time`() {
        let times = arrivals([RateStretch(seconds: 1, from: 10_000, to: 10_000)], .even)
        #expect(times.count == 10_000)
        #expect(abs(times[0] - 0.000_05) < 0.000_001)
        #expect(abs(times[9_999] - 0.999_95) < 0.000_001)
    }

    @Test func `a rate that grows brings them nearer to each other`() {
        let times = arrivals([RateStretch(seconds: 10, from: 0, to: 100)], .even)
        #expect(times.count == 500)
        // The area under the rate is a quarter at half of the time.
        #expect(times.count { $0 < 5 } == 125)
        #expect(times[499] <= 10)
    }

    @Test func `stretches follow each other, and in one without a rate nobody comes`() {
        let stretches = [
            RateStretch(seconds: 2, from: 100, to: 100), RateStretch(seconds: 3, from: 0, to: 0),
            RateStretch(seconds: 2, from: 50, to: 50),
        ]
        let times = arrivals(stretches, .even)
        #expect(times.count == 300)
        #expect(times.count { $0 < 2 } == 200)
        #expect(!times.contains { (2..<5).contains($0) })
        #expect(times.allSatisfy { $0 <= 7 })
    }

    @Test func `those who come by chance come as often, at every distance`() {
        let times = arrivals([RateStretch(seconds: 100, from: 200, to: 200)], .poisson, seed: 5)
        // 20,000 on average; the standard deviation is 141.
        #expect((19_400...20_600).contains(times.count))
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        let long = gaps.count { $0 > 1.0 / 200 }
        // A share of 1/e is longer than the average one.
        #expect(abs(Double(long) / Double(gaps.count) - 0.3679) < 0.02)
    }

    @Test func `the same seed brings the same people, another one others`() {
        let stretches = [RateStretch(seconds: 5, from: 100, to: 300)]
        #expect(arrivals(stretches, .poisson, seed: 9) == arrivals(stretches, .poisson, seed: 9))
        #expect(arrivals(stretches, .poisson, seed: 9) != arrivals(stretches, .poisson, seed: 10))
    }

    @Test func `threads share every rate`() {
        let stretches = [RateStretch(seconds: 10, from: 400, to: 800)]
        let parts = (0..<4).map { arrivals(stretches, .even, seed: UInt64($0), share: 0.25).count }
        #expect(parts == [1_500, 1_500, 1_500, 1_500])
    }
}
