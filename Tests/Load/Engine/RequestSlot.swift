import LoadModel

/// A request that is under way, in memory that the next one uses again.
final class RequestSlot {
    /// Which of all slots it is.
    let number: Int
    /// Told apart from those that used the slot before and after.
    private(set) var turn = 0
    private(set) var journey = -1
    private(set) var ask = LoadAsk.map
    /// When it should have gone out.
    private(set) var intendedAt: Int64 = 0
    private(set) var phase = 0

    /// What is sent.
    var text = RequestText()
    var sentBytes = 0
    var streamID: Int32 = -1
    /// Its place among the connection's streams.
    var streamPlace = 0
    /// Nil as soon as it is over, so that neither keeps the other.
    var connection: LoadConnection?

    /// What came.
    var status = 0
    var retryAfterSeconds: Double?
    var body: [UInt8] = []
    /// Whether its bytes are looked at, or only taken.
    var keepsBody = true
    var isEnded = false

    /// An answer's bytes that are looked at; more of them are no answer of ours.
    static let bodyBytesMax = 4_194_304

    init(number: Int) {
        self.number = number
    }

    /// Begins a request, whose text is there.
    func begin(_ ask: LoadAsk, journey: Int, phase: Int, intendedAt: Int64, keepsBody: Bool) {
        turn += 1
        self.ask = ask
        self.journey = journey
        self.phase = phase
        self.intendedAt = intendedAt
        self.keepsBody = keepsBody
        sentBytes = 0
        streamID = -1
        connection = nil
        status = 0
        retryAfterSeconds = nil
        body.removeAll(keepingCapacity: true)
        isEnded = false
    }

    /// Nobody waits for it any more.
    func end() {
        journey = -1
        connection = nil
    }
}
