import ActorTransport
import LedgerStore
import Ticketing

extension DoorItemKey {
    /// A key with its request's fingerprint as it crosses between services.
    init(_ owner: CustomerID, _ key: String, hexadecimal fingerprint: String) throws(CallFailure) {
        guard let bytes = Hexadecimal.bytes(of: fingerprint) else {
            throw CallFailure(.malformed, detail: "the fingerprint is not hexadecimal")
        }
        self.init(customerID: owner, key: key, fingerprint: bytes)
    }
}
