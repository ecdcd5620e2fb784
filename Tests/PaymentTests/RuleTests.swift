import LedgerStore
import Testing
import Ticketing

@testable import Payment

@Suite struct `A ticket's code` {
    @Test func `is 26 characters of 128 bits in groups`() {
        #expect(TicketCode.text(high: 0, low: 0) == "00000-00000-00000-00000-00000-0")
        #expect(TicketCode.text(high: .max, low: .max) == "7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z")
        #expect(TicketCode.text(high: 0, low: 33) == "00000-00000-00000-00000-00001-1")
    }

    @Test func `is read as people write it`() {
        #expect(TicketCode.canonical("7zzzz zzzzz zzzzzzzzzzzzzzzz") == "7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z")
        #expect(TicketCode.canonical("ooooo-iiiii-lllll-00000-11111-o") == "00000-11111-11111-00000-11111-0")
        for wrong in ["", "7ZZZZ", "7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZ", "UUUUU-UUUUU-UUUUU-UUUUU-UUUUU-U"] {
            #expect(TicketCode.canonical(wrong) == nil)
        }
    }

    @Test func `is never made twice`() {
        var random = SystemRandomNumberGenerator()
        let codes = (0..<10_000).map { _ in TicketCode.make(random: &random) }
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { TicketCode.canonical($0) == $0 })
    }
}

@Suite struct `The step after asking the provider` {
    private static func attempt(_ state: PaymentState, isFreezeOver: Bool) -> PaymentAttempt {
        PaymentAttempt(
            paymentID: PaymentID(high: 1, low: 1), orderID: OrderID(high: 1, low: 2),
            performanceID: PerformanceID(high: 1, low: 3), customerID: CustomerID(high: 1, low: 4), state: state,
            amount: Money(amountMinor: 1, currency: "KRW"), provider: "sandbox", methodToken: "t",
            isFreezeOver: isFreezeOver, ageSeconds: 20, seatCount: 1)
    }

    @Test(arguments: [PaymentState.pending, .unknown, .requiresAction], [true, false])
    func `follows the table`(state: PaymentState, isFreezeOver: Bool) {
        let attempt = Self.attempt(state, isFreezeOver: isFreezeOver)
        func step(_ status: ProviderStatus, mayBeOnItsWay: Bool = false) -> ReconciliationStep {
            .after(status, of: attempt, mayBeOnItsWay: mayBeOnItsWay)
        }

        #expect(step(.succeeded(reference: "r")) == .settle(.succeeded(reference: "r")))
        #expect(step(.declined(code: "c")) == .settle(.declined(code: "c")))
        #expect(step(.cancelled) == .settle(.cancelled))
        #expect(step(.notKnown) == .cancel)
        #expect(step(.notKnown, mayBeOnItsWay: true) == .wait)
        #expect(step(.authorized) == (isFreezeOver ? .cancel : .take))
        #expect(step(.processing) == (isFreezeOver ? .cancel : .wait))
        let action = ReconciliationStep.settle(.requiresAction(url: "u"))
        #expect(
            step(.requiresAction(url: "u", reference: nil))
                == (isFreezeOver ? .cancel : state == .requiresAction ? .wait : action))
    }

    @Test(arguments: [PaymentState.succeeded, .declined, .cancelled, .refunded])
    func `takes no money for a payment that has ended, and leaves no tombstone for it`(state: PaymentState) {
        let attempt = Self.attempt(state, isFreezeOver: false)
        #expect(ReconciliationStep.after(.authorized, of: attempt, mayBeOnItsWay: false) == .wait)
        #expect(ReconciliationStep.after(.notKnown, of: attempt, mayBeOnItsWay: false) == .wait)
    }

    @Test func `after taking or ending believes what it came to`() {
        #expect(ReconciliationStep.afterActing(.succeeded(reference: nil)) == .settle(.succeeded(reference: nil)))
        #expect(ReconciliationStep.afterActing(.cancelled) == .settle(.cancelled))
        #expect(ReconciliationStep.afterActing(.processing) == .wait)
        #expect(ReconciliationStep.afterActing(.authorized) == .wait)
    }

    @Test func `for nothing to pay asks nobody`() {
        let free = PaymentAttempt(
            paymentID: PaymentID(high: 1, low: 1), orderID: OrderID(high: 1, low: 2),
            performanceID: PerformanceID(high: 1, low: 3), customerID: CustomerID(high: 1, low: 4), state: .pending,
            amount: Money(amountMinor: 0, currency: "KRW"), provider: "none", methodToken: "none",
            isFreezeOver: false, ageSeconds: 20, seatCount: 1)
        #expect(ReconciliationStep.first(for: free) == .settleFree)
    }
}

@Suite struct `An order's life` {
    @Test func `follows the rules of its states`() {
        for state in OrderState.allCases {
            var sold = OrderStateMachine(state: state)
            #expect(sold.sold() == state.mayBecome(.paid))
            var lapsed = OrderStateMachine(state: state)
            lapsed.holdLapsed()
            #expect(lapsed.state == (state.mayBecome(.expired) ? .expired : state))
            var released = OrderStateMachine(state: state)
            released.holdReleased()
            #expect(released.state == (state.mayBecome(.cancelled) ? .cancelled : state))
        }
        #expect(OrderState.allCases.filter { OrderStateMachine(state: $0).isPayable } == [.pending])
    }

    @Test func `ends refunded when late money went back`() {
        var order = OrderStateMachine(state: .expired)
        order.lateMoneyReturned()
        #expect(order.state == .refunded)
        var paid = OrderStateMachine(state: .paid)
        paid.lateMoneyReturned()
        #expect(paid.state == .paid)
    }
}

@Suite struct `A webhook's signature` {
    private let now = Timestamp(unixMicroseconds: 1_800_000_000_000_000)
    private let old = WebhookSignature.Key(id: "old", secret: [UInt8](repeating: 1, count: 32))
    private let new = WebhookSignature.Key(id: "new", secret: [UInt8](repeating: 2, count: 32))

    @Test func `is believed with either of two keys, made with the first`() throws {
        let before = WebhookSignature(keys: [old]).sign([1, 2, 3], at: now)
        let both = WebhookSignature(keys: [new, old])
        try both.verify(before, of: [1, 2, 3], at: now)
        #expect(both.sign([1, 2, 3], at: now).contains("k=new"))
        #expect(throws: WebhookRefusal.forged) {
            try WebhookSignature(keys: [new]).verify(before, of: [1, 2, 3], at: now)
        }
    }

    @Test(arguments: [-301, 301]) func `is stale after five minutes either way`(seconds: Int64) throws {
        let signature = WebhookSignature(keys: [old])
        let header = signature.sign([1], at: now)
        #expect(throws: WebhookRefusal.stale) {
            try signature.verify(header, of: [1], at: now.advanced(bySeconds: seconds))
        }
        try signature.verify(header, of: [1], at: now.advanced(bySeconds: seconds - seconds.signum()))
    }

    @Test(arguments: ["", "t=", "t=1", "v1=00", "t=x,k=old,v1=00", "t=9223372036854775807,k=old,v1=00", "=,=", "a"])
    func `that can't be read is forged`(header: String) {
        #expect(throws: WebhookRefusal.forged) {
            try WebhookSignature(keys: [old]).verify(header, of: [1], at: now)
        }
    }
}

@Suite struct `Base64` {
    @Test func `is read as RFC 4648 writes it`() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")] {
            #expect(Payment.Base64.bytes(of: text) == Array(bytes.utf8))
        }
        for wrong in ["Zg", "Zg=", "Z===", "====", "Zm9\u{e9}", "Z=9v", "Zm9v\n"] {
            #expect(Payment.Base64.bytes(of: wrong) == nil)
        }
    }
}
