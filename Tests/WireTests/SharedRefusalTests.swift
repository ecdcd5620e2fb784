import Testing
import Wire

/// A refusal whose bytes many share.
struct SharedRefusalTests {
    @Test func `each request gets it with its own id, also after it has travelled`() throws {
        let problem = Problem(.seatTaken, detail: "Take \"others\".").with {
            $0.requestId = "of somebody else"
            $0.seatIndexes = [4]
            $0.alternatives = [[5], [6]]
        }
        let made = try SharedRefusal(problem)
        let travelled = try WireJSON.decode(SharedRefusal.self, from: try WireJSON.encode(made))
        #expect(travelled == made)
        for id in ["request-1", "0123456789abcdef"] {
            let answer = travelled.answer(requestID: id)
            #expect(answer.status == 409 && !answer.isReplay)
            #expect(try answer.body?.decode(Problem.self) == problem.with { $0.requestId = id })
        }
    }

    @Test func `what is no object is passed on as it came`() throws {
        let odd = try WireJSON.decode(SharedRefusal.self, from: Array(#"{"status":409,"body":[1]}"#.utf8))
        #expect(odd.answer(requestID: "r") == Answer(status: 409, body: RawJSON(trusting: Array("[1]".utf8))))
    }
}
