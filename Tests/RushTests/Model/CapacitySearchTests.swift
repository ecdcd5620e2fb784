import Testing

@testable import LoadModel

/// How many can be served is found out by trying.
struct CapacitySearchTests {
    /// Lets a service be searched that serves so many a second and no more.
    private func search(_ settings: CapacitySettings, serves: (Double) -> Double) -> CapacitySearch {
        var search = CapacitySearch(settings)
        while let rate = search.nextRate { search.measured(goalsPerSecond: serves(rate)) }
        return search
    }

    @Test func `it is where more arrivals bring no more goals`() throws {
        let found = try #require(search(CapacitySettings()) { min($0, 300) }.capacity)
        #expect(found.goodputPerSecond == 300 && found.arrivalsPerSecond == 300)
        // Two steps behind the last one that was worth it.
        #expect(found.steps.map(\.ratePerSecond).count { $0 > 300 } == 3)
    }

    @Test func `those who never want to reach the goal count as arrivals`() throws {
        let found = try #require(search(CapacitySettings()) { min($0 * 0.4, 300) }.capacity)
        #expect(found.goodputPerSecond == 300)
        #expect(abs(found.arrivalsPerSecond - 750) < 0.001)
    }

    @Test func `chance that lets fewer come than were wanted is no lack of goals`() throws {
        var search = CapacitySearch(CapacitySettings())
        search.measured(goalsPerSecond: 36, arrivalsPerSecond: 45)
        search.measured(goalsPerSecond: 60, arrivalsPerSecond: 75)
        // Four in five want to reach it, whatever chance made of the first step.
        #expect(try #require(search.capacity).arrivalsPerSecond == 75)
    }

    @Test func `what breaks down under load is known by its best`() throws {
        let found = try #require(search(CapacitySettings()) { $0 < 200 ? $0 : 40 }.capacity)
        #expect(found.goodputPerSecond == 168.75)
    }

    @Test func `no more is tried than is allowed`() {
        var settings = CapacitySettings()
        settings.mostPerSecond = 120
        let search = search(settings) { $0 }
        #expect(search.capacity?.steps.map(\.ratePerSecond) == [50, 75, 112.5])
    }

    @Test func `where the first step brings nothing, nothing is known`() {
        #expect(search(CapacitySettings()) { _ in 0 }.capacity == nil)
    }
}
