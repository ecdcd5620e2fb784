/// One viewer: where it stands, and how it was served.
struct Viewer {
    /// How it reads.
    enum Pace {
        case reads
        case stopped
        case trickles
    }

    let pace: Pace
    /// Whether it begins anew when it comes back.
    let forgets: Bool
    /// The connection that it has or is about to have.
    var link: Link?
    /// Its stream on that connection, where there are many.
    var stream = 0
    var isOpen = false
    /// It goes away because it wants to.
    var isLeaving = false
    /// Which address it tries next.
    var turn: Int
    /// Its map's number in the book of maps; nil before the first.
    var map: Int?
    /// When its stream was lost; nil while it has one, and before the first.
    var lostAt: Int64?
    /// When it was told to come back, in seconds from the loss on.
    var comesBackAfter: Int?

    private var secondBegan: Int64 = 0
    private var framesOfSecond = 0
    /// The most deltas that came within a second.
    private(set) var framesPerSecondMax = 0

    init(pace: Pace, forgets: Bool, turn: Int) {
        self.pace = pace
        self.forgets = forgets
        self.turn = turn
    }

    mutating func countFrame(at now: Int64) {
        if now - secondBegan >= Span.second {
            secondBegan = now
            framesOfSecond = 0
        }
        framesOfSecond += 1
        framesPerSecondMax = max(framesPerSecondMax, framesOfSecond)
    }
}
