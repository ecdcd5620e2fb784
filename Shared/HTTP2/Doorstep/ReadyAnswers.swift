import CNghttp2
import NIOCore

/// The ready responses of an HTTP/2 connection that are on their way, each with what its stream needs beside it. In place
/// of an object a stream has a number, which libnghttp2 keeps for it as an odd pointer.
struct ReadyAnswers {
    struct Answer {
        let streamID: Int32
        let response: ReadyResponse
        var isRequestComplete: Bool
        /// Bytes of the body that were sent.
        var sent = 0
        /// Ticks since libnghttp2 last took bytes.
        var ticksWithoutProgress = 0
    }

    private var answers: [Answer?] = []
    private var free: [Int] = []

    var isEmpty: Bool { free.count == answers.count }
    var count: Int { answers.count - free.count }

    /// The number behind a stream's pointer; nil where an object stands there.
    static func number(_ pointer: UnsafeMutableRawPointer) -> Int? {
        let bits = Int(bitPattern: pointer)
        return bits & 1 == 1 ? bits >> 1 : nil
    }

    static func pointer(_ number: Int) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(bitPattern: number << 1 | 1)
    }

    /// Keeps an answer until its stream is over; its number.
    mutating func add(_ answer: Answer) -> Int {
        guard let number = free.popLast() else {
            answers.append(answer)
            return answers.count - 1
        }
        answers[number] = answer
        return number
    }

    func isRequestComplete(_ number: Int) -> Bool { answers[number]?.isRequestComplete ?? true }

    mutating func requestCompleted(_ number: Int) {
        answers[number]?.isRequestComplete = true
    }

    /// The stream is over; what it had.
    mutating func remove(_ number: Int) -> Answer? {
        guard let answer = answers[number] else { return nil }
        answers[number] = nil
        free.append(number)
        // Many at once are an exception: a quiet connection holds no memory for them.
        if isEmpty { removeAll() }
        return answer
    }

    mutating func removeAll() {
        let isSmall = answers.count <= 8
        answers.removeAll(keepingCapacity: isSmall)
        free.removeAll(keepingCapacity: isSmall)
    }

    /// Gives libnghttp2 the next bytes of a body.
    mutating func fill(
        _ number: Int, _ target: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard var answer = answers[number] else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        let body = answer.response.body
        let count = min(target.count, body.readableBytes - answer.sent)
        body.withUnsafeReadableBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[answer.sent..<answer.sent + count]))
        }
        answer.sent += count
        answer.ticksWithoutProgress = 0
        if answer.sent == body.readableBytes { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        answers[number] = answer
        return count
    }

    /// A tick passed: the streams of those that got no credit for so many.
    mutating func ticked(stallTicks: Int) -> [Int32] {
        var stalled: [Int32] = []
        for number in answers.indices where answers[number] != nil {
            answers[number]?.ticksWithoutProgress += 1
            guard let answer = answers[number], answer.ticksWithoutProgress > stallTicks else { continue }
            stalled.append(answer.streamID)
        }
        return stalled
    }
}
