public import ActorTransport
public import Ticketing

/// The other services' actors, as a caller finds them. Nothing is sent until a method is called.
public struct ContractActors: Sendable {
    private let system: ServiceActorSystem

    /// Calls go out through a system.
    public init(system: ServiceActorSystem) {
        self.system = system
    }

    /// The seats of a performance.
    public func seatMap(_ performance: PerformanceID) throws -> $SeatMapContract {
        try $SeatMapContract.resolve(id: address(.seatMap, performance.description), using: system)
    }

    /// The holds of a customer.
    public func holds(_ customer: CustomerID) throws -> $HoldsContract {
        try $HoldsContract.resolve(id: address(.holds, customer.description), using: system)
    }

    /// What can be bought; the name spreads the calls.
    public func catalogue(_ name: String) throws -> $CatalogueContract {
        try $CatalogueContract.resolve(id: address(.catalogue, name), using: system)
    }

    /// Accounts and sessions; the name spreads the calls.
    public func customers(_ name: String) throws -> $CustomersContract {
        try $CustomersContract.resolve(id: address(.customers, name), using: system)
    }

    /// Orders, payments and tickets; the name spreads the calls.
    public func payments(_ name: String) throws -> $PaymentsContract {
        try $PaymentsContract.resolve(id: address(.payments, name), using: system)
    }

    /// The viewers of a performance.
    public func channel(_ performance: PerformanceID) throws -> $ChannelContract {
        try $ChannelContract.resolve(id: address(.channel, performance.description), using: system)
    }

    /// What keeps a performance's sale fair.
    public func fairness(_ performance: PerformanceID) throws -> $FairnessContract {
        try $FairnessContract.resolve(id: address(.fairness, performance.description), using: system)
    }

    /// The waiting room of a performance.
    public func waitingRoom(_ performance: PerformanceID) throws -> $WaitingRoomContract {
        try $WaitingRoomContract.resolve(id: address(.waitingRoom, performance.description), using: system)
    }

    private func address(_ contract: ContractName, _ name: String) -> ActorAddress {
        ActorAddress(contract: contract.rawValue, name: name)
    }
}
