import Foundation
import LedgerStore
import Sessions
import Ticketing
import Wire

/// Customers by the thousand for load tests, each with a session: nobody can sign in as one of them, since what stands
/// for the password's hash is none, and the session ends by itself.
struct BulkCustomers {
    /// Accounts that one statement makes.
    static let blockItemsMax = 2_000

    /// Keeps the customers of different runs apart.
    let run: String
    let emailDomain: String
    let codec: SessionTokenCodec
    let issuedAt: Timestamp
    let sessionSeconds: Int64

    /// The customers of these numbers.
    func customers(_ numbers: Range<Int>) -> [NewCustomer] {
        numbers.map { number in
            NewCustomer(
                customerID: CustomerID(at: issuedAt), email: "\(run)-\(number)@\(emailDomain)",
                name: "Load \(number)", passwordHash: Self.unusableHash())
        }
    }

    /// A line for each customer, as ``CustomerSessionResource``.
    func lines(for customers: [NewCustomer]) throws -> Data {
        var lines = Data()
        for customer in customers {
            let token = SessionToken(
                sessionID: SessionID(at: issuedAt), customerID: customer.customerID, role: .customer,
                issuedAt: issuedAt, expiresAt: issuedAt.advanced(bySeconds: sessionSeconds))
            let line = CustomerSessionResource(customerId: customer.customerID, sessionToken: codec.text(of: token))
            lines.append(contentsOf: try WireJSON.encode(line))
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    /// No text of `PasswordHasher`, and different each time: no password was hashed, so none matches.
    static func unusableHash() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return "unusable$" + Data(bytes).base64EncodedString()
    }
}
