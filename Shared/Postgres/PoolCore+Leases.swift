// Connections that one caller has alone, for a transaction or a session.
extension PoolCore {
    /// Gives a connection to one caller alone: for a transaction (it may write), or for a session.
    func lease(
        mayWrite: Bool, deadline: ContinuousClock.Instant?
    ) async -> Result<LeaseID, PostgresFailure> {
        await withCheckedContinuation { continuation in
            let request = LeaseRequest(
                deadline: deadline ?? .now + defaultDeadline, mayWrite: mayWrite, continuation: continuation)
            if isStopping { return request.answer(.failure(Self.stopped)) }
            if areWritesSuspended, mayWrite { return request.answer(.failure(Self.suspended)) }
            guard machine.leaseRequested(.lease(request)) else { return request.answer(.failure(exhausted)) }
            dispatchAtTickEnd()
            let isConnected = machine.hasConnection
            checkDeadlines(
                by: waitingEnd(request.deadline, queuedAt: request.queuedAt, isConnected: isConnected))
        }
    }

    /// Runs commands on a leased connection; the first ones of a transaction bring its BEGIN along.
    func run(
        _ commands: [PostgresCommand], on id: LeaseID, inTransaction: Bool, isRepeatable: Bool,
        deadline: ContinuousClock.Instant?
    ) async -> Answer {
        let role: PostgresUnit.Role = inTransaction ? .inTransaction : .inSession(isRepeatable: isRepeatable)
        var begins = false
        let answer = await withCheckedContinuation { (caller: AnswerCaller) in
            let lease = usedLease(id)
            begins = inTransaction && !lease.hasBegun
            lease.hasBegun = true
            send(begins ? [.plain("BEGIN")] + commands : commands, role, on: lease, deadline: deadline, caller)
        }
        return begins ? answer.map { Array($0.dropFirst()) } : answer
    }

    func runScript(_ sql: String, on id: LeaseID, deadline: ContinuousClock.Instant?) async -> Answer {
        let deadline = deadline ?? .now + .seconds(86_400)
        return await withCheckedContinuation { continuation in
            let lease = usedLease(id)
            let unit = PostgresUnit(
                [], role: .inSession(isRepeatable: false), deadline: deadline, continuation: continuation)
            if lease.isLost { return unit.answer(.failure(Self.leaseLost)) }
            connections[lease.slot].sendScript(sql, unit)
            checkDeadlines(by: deadline)
        }
    }

    /// Ends a leased transaction; `nil` when it is committed.
    func commit(_ id: LeaseID, deadline: ContinuousClock.Instant?) async -> PostgresFailure? {
        var isEmpty = false
        let answer = await withCheckedContinuation { (caller: AnswerCaller) in
            guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a transaction ended twice") }
            isEmpty = !lease.hasBegun && !lease.isLost
            if areWritesSuspended, lease.hasBegun, !lease.isLost {
                // Known to be undone is better than not known.
                cleanUp(lease.slot, "ROLLBACK")
                caller.resume(returning: .failure(Self.suspended))
            } else if isEmpty {
                returnLease(of: lease.slot)
                caller.resume(returning: .success([]))
            } else {
                send([.plain("COMMIT")], .commit, on: lease, deadline: deadline, caller)
            }
        }
        if isEmpty { return nil }
        switch answer {
        case .failure(let failure): return failure
        case .success(let rows):
            // The server answers the COMMIT of a transaction that failed earlier with a ROLLBACK.
            if rows.first?.commandTag == "COMMIT" { return nil }
            return .server(ServerError(sqlState: "25P02", message: "the transaction had failed and was rolled back"))
        }
    }

    /// Ends a leased transaction without waiting for the server.
    func rollBack(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a transaction ended twice") }
        if lease.isLost { return }
        if lease.hasBegun { cleanUp(lease.slot, "ROLLBACK") } else { returnLease(of: lease.slot) }
    }

    /// Ends a lease without a transaction: whatever the session holds (locks, settings) is given back.
    func endSession(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a session ended twice") }
        if lease.isLost { return }
        guard connections[lease.slot].isIdle else {
            return connections[lease.slot].giveUp("a session was left with statements under way")
        }
        connections[lease.slot].forgetPrepared()
        cleanUp(lease.slot, "DISCARD ALL")
    }

    private func usedLease(_ id: LeaseID) -> Lease {
        if let lease = leases[id] { return lease } else { preconditionFailure("used after its closure had ended") }
    }

    // Looks at the lease and sends in one go: between two steps of a task its connection may be lost and made anew.
    private func send(
        _ commands: [PostgresCommand], _ role: PostgresUnit.Role, on lease: Lease,
        deadline: ContinuousClock.Instant?, _ caller: AnswerCaller
    ) {
        let deadline = deadline ?? .now + defaultDeadline
        let unit = PostgresUnit(commands, role: role, deadline: deadline, continuation: caller)
        if lease.isLost { return unit.answer(.failure(Self.leaseLost)) }
        connections[lease.slot].send(unit)
        checkDeadlines(by: deadline)
    }

    private func cleanUp(_ slot: Int, _ sql: String) {
        let deadline = ContinuousClock.now + defaultDeadline
        connections[slot].send(PostgresUnit([.plain(sql)], role: .cleanUp, deadline: deadline, continuation: nil))
        checkDeadlines(by: deadline)
    }

    func returnLease(of slot: Int) {
        machine.leaseReturned(slot: slot)
        dispatchAtTickEnd()
    }
}
