public import Postgres
public import Ticketing
public import Wire

/// Waiting rooms. Who enters goes through `WaitingRoomDoor`.
public struct WaitingRoomStore: Sendable {
    /// A room, and the steps of its line that the asker lacks.
    public struct Look: Sendable {
        public let room: WaitingRoomReading
        public let steps: [LineStep]
    }

    /// For which performances holds need an admission, at an instant.
    public struct RoomsOn: Sendable {
        public let performances: [PerformanceID]
        /// The database's time.
        public let readAt: Timestamp
    }

    /// Entries in one reading of a list: the connection is shared, and nobody on it waits for long.
    static let listPage: Int64 = 10_000

    private let pool: PostgresPool
    /// This process, as the one that moves fronts.
    private let stepper = Int64.random(in: .min ... .max)

    private static let put = StatementLibrary.statement("waiting_room_put")
    private static let step = StatementLibrary.statement("waiting_room_step")
    private static let resigning = StatementLibrary.statement("waiting_room_resign")
    private static let reading = StatementLibrary.statement("waiting_room_reading")
    private static let steps = StatementLibrary.statement("waiting_room_steps")
    private static let publishList = StatementLibrary.statement("waiting_room_publish_list")
    private static let list = StatementLibrary.statement("waiting_room_list")
    private static let on = StatementLibrary.statement("waiting_rooms_on")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Makes a performance's room, or changes how it is run; `asker` nil for somebody who may do everything.
    public nonisolated(nonsending) func put(
        _ settings: WaitingRoomSettingsRequest, for performance: PerformanceID, by asker: CustomerID?,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> WaitingRoomPutOutcome {
        let call = Self.putCall(settings, for: performance, by: asker)
        guard let row = try await pool.execute(call.statement, call.values, deadline: deadline).first else {
            throw .unexpectedValue("no outcome")
        }
        return try row.word(at: 0)
    }

    static func putCall(
        _ settings: WaitingRoomSettingsRequest, for performance: PerformanceID, by asker: CustomerID?
    ) -> PostgresCall {
        PostgresCall(
            put,
            [
                performance, asker, settings.isOn, Int32(settings.admissionsPerMinuteMax),
                Int32(settings.admissionSeconds),
            ])
    }

    /// The room; nil when there is none.
    public nonisolated(nonsending) func room(
        of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> WaitingRoomReading? {
        guard let row = try await pool.execute(Self.reading, [performance], deadline: deadline).first else {
            return nil
        }
        return try WaitingRoomReading(row, of: performance)
    }

    /// Does what is due in a room, moves its front if it is told to and no other process does, and answers where it stands
    /// then with the steps behind a sequence; nil when there is none. One commit. `isMover`: whether this process moves the
    /// front at all, and so keeps others from it by this look.
    public nonisolated(nonsending) func look(
        at performance: PerformanceID, moving move: WaitingRoomMove? = nil, isMover: Bool = true,
        stepsAfter sequence: Int64, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Look? {
        let rows = try await pool.execute(
            together: [
                PostgresCall(
                    Self.step,
                    [
                        performance, isMover ? stepper : nil, move?.stepSequence, move?.front,
                        move.map { Int32(clamping: $0.admitted) },
                    ]),
                PostgresCall(Self.reading, [performance]),
                PostgresCall(Self.steps, [performance, sequence]),
            ], deadline: deadline)
        guard let row = rows[1].first else { return nil }
        var steps: [LineStep] = []
        for row in rows[2] {
            steps.append(
                LineStep(
                    sequence: try row.decode(at: 0), front: try row.decode(at: 1), admittedCount: try row.decode(at: 2),
                    steppedAt: try row.decode(at: 3)))
        }
        return Look(room: try WaitingRoomReading(row, of: performance), steps: steps)
    }

    /// This process moves no front any more: another one may, at once.
    public nonisolated(nonsending) func resign(
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.resigning, [stepper], deadline: deadline)
    }

    /// The entries of a closed list, in the order of their numbers.
    public nonisolated(nonsending) func list(
        of performance: PerformanceID, count: Int64
    ) async throws(PostgresFailure) -> [EntryID] {
        var entries: [EntryID] = []
        entries.reserveCapacity(Int(count))
        for after in stride(from: Int64(0), to: count, by: Int(Self.listPage)) {
            let values: [any PostgresEncodable] = [performance, after, min(after + Self.listPage, count)]
            guard let row = try await pool.execute(Self.list, values).first else { break }
            entries += try row.decode([EntryID].self, at: 0)
        }
        guard entries.count == count else {
            throw .unexpectedValue("\(entries.count) entries in a list of \(count)")
        }
        return entries
    }

    /// Publishes the hash of a closed list; whoever does so first counts.
    public nonisolated(nonsending) func publishList(
        hash: [UInt8], of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.publishList, [performance, hash], deadline: deadline)
    }

    /// For which performances holds need an admission.
    public nonisolated(nonsending) func roomsOn(
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> RoomsOn {
        guard let row = try await pool.execute(Self.on, deadline: deadline).first else {
            throw .unexpectedValue("no answer")
        }
        return RoomsOn(performances: try row.decode(at: 0), readAt: try row.decode(at: 1))
    }
}
