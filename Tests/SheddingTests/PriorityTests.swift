import Testing

@testable import Shedding

/// Crowds of several kinds before one simulated service.
struct PriorityTests {
    @Test func `who pays and who holds is served beside ten times too much browsing`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.3 * service.capacity, for: 3)
        service.come(perSecond: 10 * service.capacity, for: 4) { chance in
            switch chance.share() {
            case ..<0.01: .critical
            case ..<0.05: .high
            default: .low
            }
        }
        #expect(service.refusedByPriority[.critical] == nil)
        #expect((service.servedByPriority[.critical] ?? 0) > 500)
        let held = Double(service.servedByPriority[.high] ?? 0)
        #expect(Double(service.refusedByPriority[.high] ?? 0) <= 0.02 * held)
        #expect((service.servedByPriority[.low] ?? 0) > 1_000)
    }

    @Test func `a flood of what matters least leaves the rest alone`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 10 * service.capacity, for: 4) { $0.share() < 0.05 ? .high : .lowest }
        let held = Double(service.servedByPriority[.high] ?? 0)
        #expect(Double(service.refusedByPriority[.high] ?? 0) <= 0.02 * held)
        #expect((service.servedByPriority[.lowest] ?? 0) > 0)
    }

    @Test func `a flood of what matters more does not stop what matters least for good`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 5 * service.capacity, for: 5) { $0.share() < 0.02 ? .lowest : .low }
        #expect((service.servedByPriority[.lowest] ?? 0) > 10)
    }

    @Test func `five hundred at once are served, one after the other`() {
        var service = SimulatedService(workers: 8)
        service.comeAtOnce(500)
        service.come(perSecond: 1, for: 1)
        #expect(service.total(0..<1).refused == 0)
        #expect(service.total(0..<1).served >= 500)
    }

    @Test func `who asks again at once, three times, keeps nothing down`() {
        var service = SimulatedService(workers: 8)
        service.come(perSecond: 0.5 * service.capacity, for: 3)
        // Ten times too many, each refusal asked again three times: the crowd looks four times as large.
        service.come(perSecond: 40 * service.capacity, for: 1.5)
        service.come(perSecond: 0.5 * service.capacity, for: 4)
        #expect(service.total(6..<8).refused == 0)
    }
}
