/// Viewers who are sent the same bytes: the frames of an audience are made once.
struct Audience: Hashable, Sendable {
    /// How their messages are framed.
    var framing = StreamFraming.events
    /// Which seats they asked for; nil for all.
    var selection: SeatSelection?
}
