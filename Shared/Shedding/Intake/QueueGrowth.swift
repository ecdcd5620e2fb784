/// Whether a queue grows because more come than go, and not because a crowd came at once.
struct QueueGrowth {
    private struct Span {
        var came = 0
        var went = 0
    }

    private static let spanNanoseconds: Int64 = 40_000_000
    /// A crowd that comes at once is there within fewer spans, and what is served in batches is served in each of them.
    private static let spansEnough = 3

    /// When the span began that is under way; nil while nobody waits.
    private var beganAt: Int64?
    private var span = Span()
    /// The spans without a break in which more came than went, and somebody went: a stall is no overload.
    private var spansGrown = 0
    private var grown = Span()

    /// Whether it does.
    var isGrowing: Bool { spansGrown >= Self.spansEnough }
    /// How many came for each that went, while it grew; 1 where it doesn't.
    var cameForEach: Double { grown.went > 0 ? Double(grown.came) / Double(grown.went) : 1 }

    mutating func queueBegan(at now: Int64) {
        self = QueueGrowth()
        beganAt = now
    }

    mutating func queueEnded() {
        self = QueueGrowth()
    }

    /// One more waits.
    mutating func came(at now: Int64) {
        advance(to: now)
        span.came += 1
    }

    /// A place became free.
    mutating func went(at now: Int64) {
        advance(to: now)
        span.went += 1
    }

    private mutating func advance(to now: Int64) {
        guard let began = beganAt else { return }
        let spans = (now - began) / Self.spanNanoseconds
        guard spans > 0 else { return }
        if spans == 1, span.came > span.went, span.went > 0 {
            spansGrown += 1
            grown.came += span.came
            grown.went += span.went
        } else {
            spansGrown = 0
            grown = Span()
        }
        span = Span()
        beganAt = began + spans * Self.spanNanoseconds
    }
}
