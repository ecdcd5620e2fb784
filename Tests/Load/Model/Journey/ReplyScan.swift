import Ticketing

/// What answers say that are most of all, in the form in which the services write them; nil for any other form, which is
/// the decoder's.
enum ReplyScan {
    /// A hold's.
    /// - Parameter readsEnd: whether anybody wants to know when it lapses.
    static func hold(_ body: some Collection<UInt8>, readsEnd: Bool = true) -> LoadFacts? {
        var facts = LoadFacts()
        var hasSeats = false
        let isRead = scan(body) { name, value in
            if name.reads("hold_id") {
                facts.holdID = MemberScan.string(value).flatMap { HoldID($0) }
            } else if name.reads("seat_indexes"), let seats = MemberScan.list(value, of: SeatIndex.self) {
                (facts.seats, hasSeats) = (seats, true)
            } else if name.reads("expires_at"), readsEnd {
                facts.expiresAt = MemberScan.string(value).flatMap { Timestamp($0) }
            }
        }
        return isRead && hasSeats && facts.holdID != nil && (facts.expiresAt != nil || !readsEnd) ? facts : nil
    }

    /// An order's.
    static func order(_ body: some Collection<UInt8>) -> LoadFacts? {
        var facts = LoadFacts()
        let isRead = scan(body) { name, value in
            if name.reads("order_id") {
                facts.orderID = MemberScan.string(value).flatMap { OrderID($0) }
            } else if name.reads("state") {
                facts.orderState = MemberScan.string(value).flatMap { OrderState(rawValue: $0) }
            }
        }
        return isRead && facts.orderID != nil && facts.orderState != nil ? facts : nil
    }

    /// Of a place in the queue.
    static func place(_ body: some Collection<UInt8>) -> QueuePlace? {
        var place = QueuePlace(pollAfterSeconds: 1)
        var isOver = false
        var isPlain = true
        /// What is there has to be understood.
        func read<Fact>(_ value: MemberScan.Value, _ meaning: (MemberScan.Value) -> Fact?) -> Fact? {
            guard !value.reads("null") else { return nil }
            let fact = meaning(value)
            if fact == nil { isPlain = false }
            return fact
        }
        let isRead = scan(body) { name, value in
            if name.reads("entry_id") {
                place.entryID = read(value) { MemberScan.string($0).flatMap { QueuePlace.EntryID($0) } }
            } else if name.reads("entry_token") {
                place.entryToken = read(value, MemberScan.string)
            } else if name.reads("position") {
                place.position = read(value) { MemberScan.whole($0).map { Int($0) } }
            } else if name.reads("estimated_wait_seconds") {
                place.waitSeconds = read(value, MemberScan.number)
            } else if name.reads("estimated_wait_error_seconds") {
                place.waitErrorSeconds = read(value, MemberScan.number)
            } else if name.reads("poll_after_seconds") {
                place.pollAfterSeconds = read(value, MemberScan.number) ?? 1
            } else if name.reads("admission_token") {
                place.admission = read(value, MemberScan.string)
            } else if name.reads("admitted_until") {
                place.admittedUntil = read(value) { MemberScan.string($0).flatMap { Timestamp($0) } }
            } else if name.reads("state") {
                isOver = isOver || value.reads("\"expired\"")
            } else if name.reads("seat_outlook") {
                isOver = isOver || value.reads("\"sold_out\"")
            }
        }
        place.isOver = isOver && place.admission == nil
        return isRead && isPlain ? place : nil
    }

    /// A refusal's code, and the first of the seats that it offers.
    static func refusal(_ body: some Collection<UInt8>) -> (code: String, alternative: [SeatIndex]?)? {
        var code: String?
        var offered: [SeatIndex]?
        var isPlain = true
        let isRead = scan(body) { name, value in
            if name.reads("code") {
                code = MemberScan.string(value)
            } else if name.reads("alternatives"), !value.reads("null"), !value.reads("[]") {
                offered = first(of: value)
                if offered == nil { isPlain = false }
            }
        }
        guard isRead, isPlain, let code else { return nil }
        return (code, offered)
    }

    /// The first list of some.
    private static func first(of lists: MemberScan.Value) -> [SeatIndex]? {
        guard lists.starts(with: "[[".utf8), let end = lists.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        return MemberScan.list(lists[lists.index(after: lists.startIndex)...end], of: SeatIndex.self)
    }

    private static func scan(
        _ body: some Collection<UInt8>, _ take: (MemberScan.Value, MemberScan.Value) -> Void
    ) -> Bool {
        body.withContiguousStorageIfAvailable { bytes in
            var scan = MemberScan(bytes)
            return scan?.each(take) ?? false
        } ?? false
    }
}
