/// Names a distributed actor: which contract it fulfils, and which of the actors that do.
///
/// The name chooses the replica (rendezvous hash), so calls with one name meet at one replica while it lives.
public struct ActorAddress: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The contract's stable name: `seat-map`.
    public let contract: String
    /// The actor's name within the contract, an id as a rule.
    public let name: String

    /// An actor of a contract.
    public init(contract: String, name: String) {
        self.contract = contract
        self.name = name
    }

    /// `contract/name`.
    public var description: String { "\(contract)/\(name)" }
}
