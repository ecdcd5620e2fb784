/// The stable names of the contracts in `/actors/{contract}/…`.
public enum ContractName: String, CaseIterable, Sendable {
    case seatMap = "seat-map"
    case holds
    case catalogue
    case fairness
    case customers
    case payments
    case channel
    case waitingRoom = "waiting-room"
}
