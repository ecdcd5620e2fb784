import Testing

@testable import LoadEngine

/// Files of create-customers.
struct CustomerTokensTests {
    @Test func `each line has its token`() throws {
        let lines =
            "{\"customer_id\":\"a\",\"session_token\":\"one\"}\n{\"customer_id\":\"b\",\"session_token\":\"t.w-o_2\"}\n"
        let tokens = try CustomerTokens(lines: lines.utf8)
        #expect(tokens.count == 2)
        #expect(String(decoding: tokens[0], as: UTF8.self) == "one")
        #expect(String(decoding: tokens[1], as: UTF8.self) == "t.w-o_2")
    }

    @Test(arguments: [
        "{\"session_token\":\"a\"}\n{\"customer_id\":\"b\"}", "{\"session_token\":\"a\"}\nx",
        "{\"session_token\":\"a\"}\n{\"session_token\":\"\"}", "{\"session_token\":\"a\"}\n{\"session_token\":\"b c\"}",
        "{\"session_token\":\"a\"}\n{\"session_token\":\"b\u{e9}\"}",
    ]) func `a line without one is told`(lines: String) {
        #expect(throws: CustomerTokens.Failure.self) { try CustomerTokens(lines: lines.utf8) }
        do {
            _ = try CustomerTokens(lines: lines.utf8)
        } catch {
            #expect("\(error)" == "Line 2 holds no \"session_token\".")
        }
    }

    @Test func `a file that is not there is told`() {
        #expect(throws: CustomerTokens.Failure.self) { try CustomerTokens(file: "/nowhere") }
    }
}

/// Who is woken when.
struct TimerHeapTests {
    @Test func `the earliest comes first, and nobody before his time`() {
        var heap = TimerHeap()
        for (token, at) in [(1, Int64(30)), (2, 10), (3, 20)] { heap.add(token, at: at) }
        #expect(heap.next == 10)
        #expect(heap.popDue(5) == nil)
        #expect(heap.popDue(25)?.token == 2)
        #expect(heap.popDue(25)?.token == 3)
        #expect(heap.popDue(25) == nil)
        #expect(heap.popDue(30)?.at == 30)
        #expect(heap.next == nil)
    }
}
