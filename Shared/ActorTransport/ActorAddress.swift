/// Names a distributed actor: which contract it fulfils, and which of the actors that do.
///
/// The name chooses the replica (rendezvous hash), so calls with one name meet at one replica while it lives.
public struct ActorAddress: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The contract's stable name: `shelf`.
    public let contract: String
    /// The actor's name within the contract, an id as a rule.
    public let name: String

    /// An actor of a contract; both parts stand in paths, so they hold letters, digits, `-`, `.` and `_` only.
    public init(contract: String, name: String) {
        precondition(Self.isPathSafe(contract) && Self.isPathSafe(name), "\(contract)/\(name) can't stand in a path")
        self.contract = contract
        self.name = name
    }

    private static func isPathSafe(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// `contract/name`.
    public var description: String { "\(contract)/\(name)" }
}
