/// The life of a client's connection: through the hosts and their addresses until one answers, and again after a loss.
package struct ConnectionStateMachine {
    package enum State: Equatable {
        /// → resolving, stopped
        case idle
        /// → connecting, resolving (the next host), pausing, stopped
        case resolving(host: Int)
        /// → ready, connecting (the next address), resolving (the next host), pausing, stopped
        case connecting(host: Int, addresses: [String])
        /// → pausing, stopped
        case ready
        /// → resolving, stopped
        case pausing
        case stopped
    }

    package enum Action: Equatable {
        case none
        /// Look the host up, and answer by `addressesFound` or `attemptFailed`.
        case resolve(host: Int)
        /// Connect, and answer by `attemptSucceeded` or `attemptFailed`.
        case connect(host: Int, address: String)
        case announceReady
        /// Wait, then call `pauseEnded`.
        case pause(Duration)
        case release
    }

    package private(set) var state = State.idle
    private let hostCount: Int
    private var backOff: ReconnectBackOff

    package init(hostCount: Int, backOff: ReconnectBackOff) {
        self.hostCount = hostCount
        self.backOff = backOff
    }

    package mutating func started() -> Action {
        switch state {
        case .idle: return resolve(host: 0)
        case .stopped: return .none
        case .resolving, .connecting, .ready, .pausing: preconditionFailure("started while \(state)")
        }
    }

    package mutating func addressesFound(_ addresses: [String], chance: Double) -> Action {
        switch state {
        case .resolving(let host):
            guard let first = addresses.first else { return next(host: host, chance: chance) }
            state = .connecting(host: host, addresses: addresses)
            return .connect(host: host, address: first)
        case .stopped: return .none
        case .idle, .connecting, .ready, .pausing: preconditionFailure("addresses found while \(state)")
        }
    }

    package mutating func attemptSucceeded() -> Action {
        switch state {
        case .connecting:
            state = .ready
            backOff.reset()
            return .announceReady
        case .stopped: return .none
        case .idle, .resolving, .ready, .pausing: preconditionFailure("connected while \(state)")
        }
    }

    /// Looking up or connecting failed, or took too long.
    package mutating func attemptFailed(chance: Double) -> Action {
        switch state {
        case .resolving(let host): return next(host: host, chance: chance)
        case .connecting(let host, let addresses):
            let rest = Array(addresses.dropFirst())
            guard let address = rest.first else { return next(host: host, chance: chance) }
            state = .connecting(host: host, addresses: rest)
            return .connect(host: host, address: address)
        case .stopped: return .none
        case .idle, .ready, .pausing: preconditionFailure("an attempt failed while \(state)")
        }
    }

    package mutating func connectionLost(chance: Double) -> Action {
        switch state {
        case .ready:
            state = .pausing
            return .pause(backOff.nextDelay(chance: chance))
        case .stopped: return .none
        case .idle, .resolving, .connecting, .pausing: preconditionFailure("lost while \(state)")
        }
    }

    package mutating func pauseEnded() -> Action {
        switch state {
        case .pausing: return resolve(host: 0)
        case .stopped: return .none
        case .idle, .resolving, .connecting, .ready: preconditionFailure("a pause ended while \(state)")
        }
    }

    package mutating func stopRequested() -> Action {
        switch state {
        case .stopped: return .none
        case .idle, .resolving, .connecting, .ready, .pausing:
            state = .stopped
            return .release
        }
    }

    private mutating func resolve(host: Int) -> Action {
        state = .resolving(host: host)
        return .resolve(host: host)
    }

    private mutating func next(host: Int, chance: Double) -> Action {
        if host + 1 < hostCount { return resolve(host: host + 1) }
        state = .pausing
        return .pause(backOff.nextDelay(chance: chance))
    }
}
