import Testing
import Ticketing
import Wire

@testable import LoadModel

/// The five kinds of answers.
struct ReplyReaderTests {
    private func reply(_ step: LoadStep, _ status: Int, _ body: String = "", after: Double? = nil) -> LoadReply {
        ReplyReader.reply(to: step, status: status, retryAfterSeconds: after, body: Array(body.utf8))
    }

    @Test func `a hold brings its id, its seats and its end`() {
        let body = """
            {"hold_id": "01900000-0000-7000-8000-000000000001", "seat_indexes": [3, 4], \
            "expires_at": "2026-11-22T10:00:00Z", "state": "active", "total": {"amount_minor": 1, "currency": "KRW"}}
            """
        var facts = LoadFacts()
        facts.holdID = HoldID("01900000-0000-7000-8000-000000000001")
        facts.seats = [3, 4]
        facts.expiresAt = Timestamp("2026-11-22T10:00:00Z")
        #expect(reply(.hold, 201, body) == .accepted(facts))
        #expect(reply(.hold, 201, "{}") == .strange(status: 201))
    }

    @Test func `a hold as the services write it is read to the same facts without a decoder`() throws {
        let hold = HoldResource(
            holdId: HoldID(high: 5, low: 6), performanceId: PerformanceID(high: 7, low: 8), state: .active,
            seatIndexes: [0, 41, 99_999], expiresAt: Timestamp(unixMicroseconds: 1_795_000_000_123_000),
            subtotal: Money(amountMinor: 1, currency: "KRW"), serviceFee: Money(amountMinor: 0, currency: "KRW"),
            total: Money(amountMinor: 1, currency: "KRW"))
        let body = try WireJSON.encode(hold)
        let facts = try #require(ReplyScan.hold(body))
        #expect(facts.holdID == hold.holdId && facts.seats == hold.seatIndexes && facts.expiresAt == hold.expiresAt)
        // What is cut off, or written otherwise, is not guessed at.
        for count in 0..<body.count { #expect(ReplyScan.hold(body[..<count]) == nil) }
        let text = String(decoding: body, as: UTF8.self)
        for (from, to) in [
            ("[0,41", "[0,,41"), ("[0,41", "[-0,41"), ("99999]", "]"), ("99999]", "99999999999]"),
            ("{\"hold", "{ \"hold"), ("\"hold_id\"", "\"hold_ix\""), ("T", "\\u0054"),
        ] {
            #expect(ReplyScan.hold(Array(text.replacing(from, with: to).utf8)) == nil)
        }
    }

    @Test(arguments: [("paid", OrderState.paid), ("pending", .pending)])
    func `an order brings its id and its state`(word: String, state: OrderState) {
        let body = #"{"order_id": "01900000-0000-7000-8000-000000000002", "state": "\#(word)"}"#
        var facts = LoadFacts()
        facts.orderID = OrderID("01900000-0000-7000-8000-000000000002")
        facts.orderState = state
        #expect(reply(.pay, 201, body) == .accepted(facts))
        #expect(reply(.order, 201, body) == .accepted(facts))
    }

    @Test func `a place in the queue brings what is told of it`() {
        var facts = LoadFacts()
        facts.place = QueuePlace(
            entryID: QueuePlace.EntryID("01900000-0000-7000-8000-000000000003"), entryToken: "e", position: 12,
            waitSeconds: 30, waitErrorSeconds: 5, pollAfterSeconds: 3)
        let waiting = """
            {"entry_id": "01900000-0000-7000-8000-000000000003", "entry_token": "e", "state": "waiting", \
            "position": 12, "estimated_wait_seconds": 30, "estimated_wait_error_seconds": 5, \
            "seat_outlook": "likely", "poll_after_seconds": 3}
            """
        #expect(reply(.enter, 201, waiting) == .accepted(facts))
        facts.place = QueuePlace(pollAfterSeconds: 1, admission: "t", admittedUntil: Timestamp("2026-11-22T10:00:00Z"))
        let admitted = #"{"state": "admitted", "admission_token": "t", "admitted_until": "2026-11-22T10:00:00Z"}"#
        #expect(reply(.poll, 200, admitted) == .accepted(facts))
        facts.place = QueuePlace(isOver: true)
        #expect(reply(.poll, 200, #"{"state": "waiting", "seat_outlook": "sold_out"}"#) == .accepted(facts))
        #expect(reply(.poll, 200, #"{"state": "expired"}"#) == .accepted(facts))
    }

    @Test func `a place as the services write it is read to the same facts without a decoder`() throws {
        var entry = EntryResource(
            entryId: EntryID(high: 1, low: 2), performanceId: PerformanceID(high: 3, low: 4), state: .waiting,
            opensAt: Timestamp(unixMicroseconds: 1_795_000_000_000_000), position: 12, waitingCount: 90,
            estimatedWaitSeconds: 30, estimatedWaitErrorSeconds: 5, seatOutlook: .likely, pollAfterSeconds: 4.25,
            awayAfterSeconds: 60, entryToken: "e.t-o_k", serverTime: Timestamp(unixMicroseconds: 1_795_000_000_000_001))
        var expected = QueuePlace(
            entryID: QueuePlace.EntryID(high: 1, low: 2), entryToken: "e.t-o_k", position: 12, waitSeconds: 30,
            waitErrorSeconds: 5, pollAfterSeconds: 4.25)
        #expect(ReplyScan.place(try WireJSON.encode(entry)) == expected)
        entry.seatOutlook = .soldOut
        expected.isOver = true
        #expect(ReplyScan.place(try WireJSON.encode(entry)) == expected)
        entry.admissionToken = "a"
        entry.admittedUntil = Timestamp(unixMicroseconds: 1_795_000_060_000_000)
        (expected.isOver, expected.admission, expected.admittedUntil) = (false, "a", entry.admittedUntil)
        let body = try WireJSON.encode(entry)
        #expect(ReplyScan.place(body) == expected)
        for count in 0..<body.count { #expect(ReplyScan.place(body[..<count]) == nil) }
        // What is there and is not understood is the decoder's: it says no, or knows better.
        let text = String(decoding: body, as: UTF8.self)
        for (from, to) in [("4.25", "-4"), ("e.t-o_k", "e\\u0041"), (":12,", ":\"12\","), ("2026-", "2O26-")] {
            #expect(text.contains(from) && ReplyScan.place(Array(text.replacing(from, with: to).utf8)) == nil)
        }
    }

    @Test func `an order and a refusal are read without a decoder`() {
        let id = "01900000-0000-7000-8000-000000000002"
        let order = #"{"order_id":"\#(id)","hold_ids":["x"],"state":"paid","payments":[{"state":"succeeded"}]}"#
        var facts = LoadFacts()
        facts.orderID = OrderID(id)
        facts.orderState = .paid
        #expect(ReplyScan.order(Array(order.utf8)) == facts)
        #expect(ReplyScan.order(Array(order.replacing("paid", with: "bought").utf8)) == nil)

        let taken = #"{"title":"a \"b\", c","code":"seat_taken","seat_indexes":[1],"alternatives":[[5,6],[9,10]]}"#
        #expect(reply(.hold, 409, taken) == .refused(code: "seat_taken", alternative: [5, 6]))
        #expect(ReplyScan.refusal(Array(taken.utf8))?.alternative == [5, 6])
        let none = taken.replacing("[[5,6],[9,10]]", with: "[]")
        #expect(ReplyScan.refusal(Array(none.utf8))?.code == "seat_taken")
        #expect(reply(.hold, 409, none) == .refused(code: "seat_taken", alternative: nil))
        #expect(ReplyScan.refusal(Array(taken.replacing("[[5,", with: "[[a,").utf8)) == nil)
        #expect(ReplyScan.refusal(Array(#"{"title":"T"}"#.utf8)) == nil)
    }

    @Test func `a refusal of the rules brings its code, and what is offered`() {
        #expect(
            reply(.hold, 409, #"{"code": "seat_taken", "alternatives": [[5, 6], [9, 10]]}"#)
                == .refused(code: "seat_taken", alternative: [5, 6]))
        #expect(
            reply(.hold, 409, #"{"code": "seat_limit_reached"}"#)
                == .refused(code: "seat_limit_reached", alternative: nil))
        #expect(
            reply(.pay, 402, #"{"code": "payment_declined"}"#) == .refused(code: "payment_declined", alternative: nil))
        #expect(reply(.hold, 409, "no JSON") == .strange(status: 409))
    }

    @Test(arguments: [429, 503]) func `come again says when, or is strange`(status: Int) {
        let body = #"{"type": "t", "title": "T", "status": 503, "code":"overloaded","detail": "D"}"#
        #expect(reply(.hold, status, body, after: 2) == .shed(code: "overloaded", afterSeconds: 2))
        #expect(reply(.hold, status, body) == .strange(status: status))
        #expect(reply(.map, status, "", after: 1) == .shed(code: "\(status)", afterSeconds: 1))
    }

    @Test func `who meets the own request under way comes again`() {
        let (code, body) = ("idempotency_key_in_use", #"{"code":"idempotency_key_in_use"}"#)
        #expect(reply(.hold, 409, body, after: 1) == .shed(code: code, afterSeconds: 1))
        #expect(reply(.hold, 409, body) == .refused(code: code, alternative: nil))
    }

    @Test(arguments: [
        (429, "cooling_down"), (403, "challenge_required"), (403, "admission_required"), (403, "admission_invalid"),
    ])
    func `what the rules ask for first is refused by them, and not by a crowd`(status: Int, code: String) {
        let body = #"{"title": "T", "code":"\#(code)", "retry_after_seconds": 8}"#
        #expect(reply(.hold, status, body, after: 8) == .refused(code: code, alternative: nil))
    }

    @Test(arguments: [400, 401, 404, 422, 500, 502, 504]) func `everything else is strange`(status: Int) {
        #expect(reply(.hold, status, #"{"code": "x"}"#, after: 1) == .strange(status: status))
    }

    @Test(arguments: ["", "\"code\":\"", "\"code\":\"\"", "{\"code\":\"" + String(repeating: "a", count: 65) + "\""])
    func `a body without a code has none`(body: String) {
        #expect(ReplyReader.code(in: Array(body.utf8)) == nil)
    }
}
