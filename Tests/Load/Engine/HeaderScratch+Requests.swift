import LoadModel

extension HeaderScratch {
    /// Writes a journey's request down.
    mutating func layOut(_ slot: RequestSlot, of journey: borrowing Journey, _ plan: LoadPlan) {
        begin()
        add(":method", slot.text.method)
        add(":scheme", "http")
        add(":authority", "localhost")
        add(":path", slot.text.path.utf8, isUnique: slot.ask.step.changesSomething)
        if slot.text.needsSession {
            open()
            append("Bearer ")
            append(plan.customers[journey.customer])
            close("authorization", isUnique: true)
        }
        if slot.text.isKeyed {
            open()
            append("rush-")
            append(plan.run.utf8)
            append("-")
            append(number: journey.serial)
            append("-")
            append(number: UInt64(journey.askNumber))
            close("idempotency-key", isUnique: true)
        }
        if !slot.text.body.isEmpty {
            add("content-type", "application/json")
            open()
            append(number: UInt64(slot.text.body.count))
            close("content-length")
        }
        if slot.ask == .poll, let token = journey.entryToken { add("entry-token", token.utf8, isUnique: true) }
        if let admission = journey.admission { add("admission-token", admission.utf8, isUnique: true) }
        if plan.target.forwards { addForwarded(journey.serial) }
    }

    /// Where a customer seems to come from behind a balancer: an address of 10.0.0.0/8 for each journey, in RFC 7239's
    /// words.
    private mutating func addForwarded(_ serial: UInt64) {
        open()
        append("for=10.")
        append(number: serial >> 16 & 0xff)
        append(".")
        append(number: serial >> 8 & 0xff)
        append(".")
        append(number: serial & 0xff)
        append(";proto=http")
        close("forwarded", isUnique: true)
    }
}
