import Shedding

/// Questions of one kind that requests answered from memory ask now and then, one for everybody who waits for its
/// answer where it can be shared: each takes a place among those in flight, and who waits for it takes none.
struct SharedQuestions: Sendable {
    private let intake: EdgeIntake
    private let kind: Intake.Kind
    /// How much they matter.
    let priority: RequestPriority

    init(_ intake: EdgeIntake, _ priority: RequestPriority) {
        self.intake = intake
        self.priority = priority
        kind = intake.intake.kind()
    }

    /// What of more urgent requests was refused here, since the beginning.
    var urgentRefusals: Int { intake.intake.urgentRefusals }

    /// Asks; throws a `CallFailure` where there is no place.
    func ask<Answer: Sendable>(_ question: @Sendable () async throws -> Answer) async throws -> Answer {
        try await intake.asking(kind, priority, question)
    }
}
