import CNghttp2
import DequeModule
import LoadModel
import Ticketing
import Wire

extension LoadLoop {
    /// A map is read at most so often: everybody of this thread looks at the same board.
    private static let boardNanoseconds: Int64 = 200_000_000
    /// So many requests are written to one connection at once; more of a turn go to the next.
    private static let givenMax = 64

    // MARK: Asking

    /// Sends a journey's request as soon as a connection has room; it counts from when it should have gone out.
    func send(_ ask: LoadAsk, of place: Int, intendedAt: Int64, _ now: Int64) {
        let phase = plan.phase(at: intendedAt)
        let slot = freeSlots.popLast() ?? newSlot()
        do {
            try writer.write(ask, into: &slot.text)
        } catch {
            preconditionFailure("a request that can't be written: \(error)")
        }
        let isMap = ask == .map
        let readsMap = isMap && now - boardReadAt >= Self.boardNanoseconds
        // Others who ask for it meanwhile only take it.
        if readsMap { boardReadAt = now }
        slot.begin(
            ask, journey: place, phase: phase, intendedAt: intendedAt,
            keepsBody: ask.step != .browse && (!isMap || readsMap))
        tally[phase: phase][ask.step].ask()
        if ask == .enter { tally.queue.asked(walkers[place].journey.serial, at: intendedAt) }
        inFlight += 1
        let deadline = Deadline(
            slot: slot, turn: slot.turn, at: now + Int64(plan.scenario.patienceMilliseconds) * 1_000_000)
        deadlines.append(deadline)
        // Nobody overtakes those who wait.
        if waiting.isEmpty, dispatch(slot) { return }
        tally[phase: phase].roomless += 1
        waiting.append(deadline)
    }

    private func newSlot() -> RequestSlot {
        let slot = RequestSlot(number: slots.count)
        slots.append(slot)
        return slot
    }

    /// Gives a slot back for the next request.
    func release(_ slot: RequestSlot) {
        slot.end()
        inFlight -= 1
        freeSlots.append(slot)
    }

    /// Sends a request on the connection whose turn it is, or the next one that has room; false where none has.
    ///
    /// Those of a turn go together: one write takes all of them, and the peer reads them at once.
    private func dispatch(_ slot: RequestSlot) -> Bool {
        if given >= Self.givenMax { passConnection() }
        for _ in connections.indices {
            if let connection = connections[nextConnection], connection.hasRoom, send(slot, on: connection) {
                given += 1
                return true
            }
            passConnection()
        }
        return false
    }

    /// Gives the next connection its turn.
    func passConnection() {
        given = 0
        nextConnection = nextConnection + 1 < connections.count ? nextConnection + 1 : 0
    }

    private func send(_ slot: RequestSlot, on connection: LoadConnection) -> Bool {
        layOut(slot)
        guard connection.send(slot, headers) else { return false }
        queueFlush(connection)
        return true
    }

    private func layOut(_ slot: RequestSlot) {
        headers.layOut(slot, of: walkers[slot.journey].journey, plan)
    }

    // MARK: From connections

    func connectionWrites(_ connection: LoadConnection) { queueFlush(connection) }

    func connectionHasRoom(_ connection: LoadConnection) {
        while let first = waiting.first, connection.hasRoom {
            waiting.removeFirst()
            // Given up on meanwhile.
            guard first.slot.turn == first.turn, first.slot.journey >= 0 else { continue }
            guard send(first.slot, on: connection) else { return waiting.prepend(first) }
        }
    }

    func streamEnded(_ slot: RequestSlot, code: UInt32) {
        guard slot.journey >= 0 else { return }
        let reply: LoadReply
        if slot.isEnded, slot.status > 0 {
            reply = ReplyReader.reply(
                to: slot.ask.step, status: slot.status, retryAfterSeconds: slot.retryAfterSeconds, body: slot.body,
                readsEnds: plan.keepsMarks)
            if slot.ask == .map, slot.status == 200, slot.keepsBody { readBoard(slot.body) }
        } else {
            reply = .lost(code == NGHTTP2_REFUSED_STREAM.rawValue ? .reset : .broken)
        }
        finish(slot, reply, now)
    }

    func connectionEnded(_ connection: LoadConnection) {
        guard connections[connection.place] === connection else { return }
        reopenAt[connection.place] = now + LoadPlan.reopenNanoseconds
        // Not at once: events of the old one may be under way with this place's mark.
        connections[connection.place] = nil
    }

    private func readBoard(_ body: [UInt8]) {
        guard let map = try? WireJSON.decode(SeatSnapshot.self, from: body).packedStates else { return }
        board.read(map)
    }
}
