import Ticketing
import Wire

/// Reads an answer: which of the five kinds it is, and what it says.
public enum ReplyReader {
    /// Refusals of the rules; anything else among 4xx would be our own mistake, or theirs.
    private static let rules: Set<Int> = [402, 403, 409, 410]

    private struct Held: Decodable {
        let holdId: HoldID
        let seatIndexes: [SeatIndex]
        let expiresAt: Timestamp
    }

    private struct Ordered: Decodable {
        let orderId: OrderID
        let state: OrderState
    }

    private struct Place: Decodable {
        let entryId: QueuePlace.EntryID?
        let entryToken: String?
        let state: String?
        let seatOutlook: String?
        let position: Int?
        let estimatedWaitSeconds: Double?
        let estimatedWaitErrorSeconds: Double?
        let pollAfterSeconds: Double?
        let admissionToken: String?
        let admittedUntil: Timestamp?
    }

    private struct Refusal: Decodable {
        let code: String
        let alternatives: [[SeatIndex]]?
    }

    /// Said with `Retry-After`, and not because of a crowd: somebody let seats lapse, and others choose first.
    private static let coolingDown = "cooling_down"
    /// Over as soon as the answer to the same request is there.
    private static let keyInUse = "idempotency_key_in_use"

    /// The reply of an answer.
    /// - Parameters:
    ///   - retryAfterSeconds: the header's; nil where it was not there or no number.
    ///   - readsEnds: whether it is of interest when holds lapse.
    public static func reply(
        to step: LoadStep, status: Int, retryAfterSeconds: Double?, body: some Collection<UInt8>,
        readsEnds: Bool = true
    ) -> LoadReply {
        switch status {
        case 200...299, 304: return accepted(step, status, body, readsEnds: readsEnds)
        case 429, 503:
            guard let retryAfterSeconds else { return .strange(status: status) }
            let code = code(in: body) ?? "\(status)"
            if code == coolingDown { return .refused(code: code, alternative: nil) }
            return .shed(code: code, afterSeconds: retryAfterSeconds)
        case let status where rules.contains(status):
            guard let refusal = refusal(body) else { return .strange(status: status) }
            if refusal.code == keyInUse, let retryAfterSeconds {
                return .shed(code: refusal.code, afterSeconds: retryAfterSeconds)
            }
            return .refused(code: refusal.code, alternative: refusal.alternative)
        default: return .strange(status: status)
        }
    }

    private static func refusal(_ body: some Collection<UInt8>) -> (code: String, alternative: [SeatIndex]?)? {
        if let known = ReplyScan.refusal(body) { return known }
        guard let refusal = try? WireJSON.decode(Refusal.self, from: body) else { return nil }
        return (refusal.code, refusal.alternatives?.first)
    }

    private static func accepted(
        _ step: LoadStep, _ status: Int, _ body: some Collection<UInt8>, readsEnds: Bool
    ) -> LoadReply {
        var facts = LoadFacts()
        switch step {
        case .browse, .map, .giveBack, .refund: break
        case .hold:
            if let known = ReplyScan.hold(body, readsEnd: readsEnds) { return .accepted(known) }
            guard let held = try? WireJSON.decode(Held.self, from: body) else { return .strange(status: status) }
            facts.holdID = held.holdId
            facts.seats = held.seatIndexes
            facts.expiresAt = held.expiresAt
        case .order, .pay, .readOrder:
            if let known = ReplyScan.order(body) { return .accepted(known) }
            guard let order = try? WireJSON.decode(Ordered.self, from: body) else { return .strange(status: status) }
            facts.orderID = order.orderId
            facts.orderState = order.state
        case .enter, .poll:
            if let known = ReplyScan.place(body) {
                facts.place = known
                return .accepted(facts)
            }
            guard let place = try? WireJSON.decode(Place.self, from: body) else { return .strange(status: status) }
            // Who is told that all is sold goes; a turn that is over is over.
            let isOver = place.state == "expired" || place.seatOutlook == "sold_out"
            facts.place = QueuePlace(
                entryID: place.entryId, entryToken: place.entryToken, position: place.position,
                waitSeconds: place.estimatedWaitSeconds, waitErrorSeconds: place.estimatedWaitErrorSeconds,
                pollAfterSeconds: place.pollAfterSeconds ?? 1, admission: place.admissionToken,
                admittedUntil: place.admittedUntil, isOver: place.admissionToken == nil && isOver)
        }
        return .accepted(facts)
    }

    /// The problem's code without reading all of it: those who are told to come again are many.
    static func code(in body: some Collection<UInt8>) -> String? {
        body.withContiguousStorageIfAvailable { bytes -> String? in
            let member = Array("\"code\":\"".utf8)
            guard bytes.count > member.count else { return nil }
            for start in 0..<bytes.count - member.count
            where bytes[start] == member[0] && bytes[start..<start + member.count].elementsEqual(member) {
                let value = bytes[(start + member.count)...].prefix { $0 != UInt8(ascii: "\"") }
                guard !value.isEmpty, value.count <= 64 else { return nil }
                return String(decoding: value, as: UTF8.self)
            }
            return nil
        } ?? nil
    }
}
