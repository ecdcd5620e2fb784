public import ActorTransport

extension ContractName {
    /// The services that fulfil contracts.
    public enum Service: Sendable {
        case seatReservation
        case payment
        case realtimePush
    }

    /// Which service fulfils the contract.
    public var service: Service {
        switch self {
        case .seatMap, .holds, .catalogue, .customers, .fairness, .waitingRoom: .seatReservation
        case .payments: .payment
        case .channel: .realtimePush
        }
    }

    /// A service's contracts, all found in one directory.
    public static func served(by service: Service, in directory: ReplicaDirectory) -> [String: ReplicaDirectory] {
        let names = allCases.filter { $0.service == service }.map(\.rawValue)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, directory) })
    }
}
