import CLibpq
import SocketLoop

// What the server answers: which unit it belongs to, and what becomes of it.
extension PostgresConnection {
    func socketReady(_ readiness: SocketReadiness) {
        if readiness.isReadable {
            lastHeardAt = .now
            let isOpen = PQconsumeInput(handle) == 1
            let reason = isOpen ? "" : libraryMessage()
            if script != nil { receiveScript() } else { receiveAnswers() }
            guard life.state == .ready else { return }
            guard isOpen, PQstatus(handle) != CONNECTION_BAD else { return giveUp(isOpen ? libraryMessage() : reason) }
        }
        flush()
    }

    private func receiveAnswers() {
        var emptyAnswers = 0
        while life.state == .ready, !pipeline.isEmpty, emptyAnswers < 2, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                emptyAnswers += 1
                pipeline.stepEnded()
                continue
            }
            emptyAnswers = 0
            perform(receive(result))
        }
    }

    private func receive(_ result: OpaquePointer) -> PipelineStateMachine<PostgresUnit, PostgresRows>.Action {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            let rows = PostgresRows(taking: result)
            return pipeline.rowsReceived(rows)
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return pipeline.syncReceived()
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return pipeline.abortedReceived()
        case PGRES_FATAL_ERROR:
            defer { PQclear(result) }
            // Without a SQLSTATE it is libpq that speaks: the connection is gone, which `socketReady` sees.
            guard let error = ServerError(result) else { return .none }
            return pipeline.errorReceived(error)
        default:
            PQclear(result)
            return .close("an answer of an unexpected kind")
        }
    }

    private func perform(_ action: PipelineStateMachine<PostgresUnit, PostgresRows>.Action) {
        switch action {
        case .none: break
        case .close(let reason): giveUp(reason)
        case .complete(let unit, .rows(let rows)):
            unit.answer(.success(rows))
            onEvent(self, .ended(unit))
        case .complete(let unit, .uncertain(let message)):
            unit.answer(.failure(PostgresFailure(.commitUncertain, message, isOutcomeUnknown: true)))
            onEvent(self, .ended(unit))
        case .complete(let unit, .failed(let error, let step)): unitFailed(unit, error, step: step)
        }
    }

    private func unitFailed(_ unit: PostgresUnit, _ error: ServerError, step: Int?) {
        // What was prepared before the failing step stays prepared; the failing one and those after it are not.
        for preparing in unit.preparing where preparing.step >= step ?? .max { prepared.forget(preparing.name) }
        unit.preparing = []
        if error.showsStalePlan {
            for case .prepared(let statement, _) in unit.commands { prepared.forget(statement.name) }
        }
        if error.showsStalePlan, unit.mayRunAgain, unit.isAwaited {
            switch unit.role {
            case .shared, .inSession:
                unit.mayRunAgain = false
                return send(unit)
            case .inTransaction, .commit, .cleanUp: break
            }
        }
        unit.answer(.failure(.server(error)))
        onEvent(self, .ended(unit))
        if error.showsStandby { giveUp("the server takes no writes any more") }
    }

    private func receiveScript() {
        while script != nil, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else { return scriptEnded() }
            switch PQresultStatus(result) {
            case PGRES_FATAL_ERROR:
                if script?.error == nil { script?.error = ServerError(result) }
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                return giveUp("a script can't copy")
            default: break
            }
            PQclear(result)
        }
    }

    private func scriptEnded() {
        guard let script, PQstatus(handle) != CONNECTION_BAD else { return }
        guard PQenterPipelineMode(handle) == 1 else { return giveUp(libraryMessage()) }
        self.script = nil
        script.unit.answer(script.error.map { .failure(.server($0)) } ?? .success([]))
        onEvent(self, .ended(script.unit))
    }

    func noticeReceived(_ result: OpaquePointer) {
        // Told by where it was raised: a function's own RAISE WARNING has the same SQLSTATE.
        guard ServerError.field("R", of: result) == "SyncRepWaitForLSN" else { return }
        pipeline.commitWarningReceived(ServerError.field("M", of: result) ?? "")
    }
}
