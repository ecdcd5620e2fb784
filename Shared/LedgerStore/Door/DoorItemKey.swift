public import Ticketing

/// Whose idempotency key an item carries, and for which request it was first used.
public struct DoorItemKey: Hashable, Sendable {
    /// The customer: keys are a customer's own.
    public let customerID: CustomerID
    /// The caller's key.
    public let key: String
    /// The request's fingerprint.
    public let fingerprint: [UInt8]

    public init(customerID: CustomerID, key: String, fingerprint: [UInt8]) {
        self.customerID = customerID
        self.key = key
        self.fingerprint = fingerprint
    }

    /// Two items with equal keys and other fingerprints are two requests: the second is refused if the first was not.
    public static func == (left: DoorItemKey, right: DoorItemKey) -> Bool {
        left.customerID == right.customerID && left.key == right.key
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(customerID)
        hasher.combine(key)
    }
}
