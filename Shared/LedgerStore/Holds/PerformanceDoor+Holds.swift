public import Ticketing

extension PerformanceDoor {
    /// Holds named seats.
    public func hold(
        _ item: HoldItem, in performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(DoorFailure) -> HoldOutcome {
        try await submit(item, to: HoldBatch.self, in: performance, deadline: deadline)
    }

    /// Holds seats of our choice. The answer that there are not enough is true under the lock.
    public func hold(
        _ item: SeatChoiceItem, in performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(DoorFailure) -> HoldOutcome {
        try await submit(item, to: SeatChoiceBatch.self, in: performance, deadline: deadline)
    }

    /// Holds named seats for many; each has its own outcome, in their order.
    public func hold(
        _ items: [(item: HoldItem, deadline: ContinuousClock.Instant?)], in performance: PerformanceID
    ) async -> [Result<HoldOutcome, DoorFailure>] {
        await submit(together: items, to: HoldBatch.self, in: performance)
    }

    /// Holds seats of our choice for many; each has its own outcome, in their order.
    public func hold(
        _ items: [(item: SeatChoiceItem, deadline: ContinuousClock.Instant?)], in performance: PerformanceID
    ) async -> [Result<HoldOutcome, DoorFailure>] {
        await submit(together: items, to: SeatChoiceBatch.self, in: performance)
    }

    /// Gives a hold's seats back; repeatable.
    public func release(
        _ hold: HoldID, of customer: CustomerID, in performance: PerformanceID,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(DoorFailure) -> ReleaseBatch.Outcome {
        try await submit(
            ReleaseBatch.Item(holdID: hold, customerID: customer), to: ReleaseBatch.self, in: performance,
            deadline: deadline)
    }

    /// Ends a hold if its deadline has passed; repeatable.
    public func expire(_ hold: HoldID, in performance: PerformanceID) async throws(DoorFailure) -> ExpireBatch.Outcome {
        try await submit(hold, to: ExpireBatch.self, in: performance)
    }

    /// Ends those of many holds whose deadline has passed; each has its own outcome, in their order; repeatable.
    public func expire(
        _ holds: [HoldID], in performance: PerformanceID
    ) async -> [Result<ExpireBatch.Outcome, DoorFailure>] {
        await submit(together: holds.map { ($0, nil) }, to: ExpireBatch.self, in: performance)
    }
}
