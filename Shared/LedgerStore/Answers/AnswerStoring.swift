import Postgres
import Ticketing
import Wire

/// Gathers answers that are stored with their keys in the transaction that made them true.
struct AnswerStoring {
    private static let statement = StatementLibrary.statement("answers_store")

    private var customers: [CustomerID] = []
    private var keys: [String] = []
    private var fingerprints: [[UInt8]?] = []
    private var statuses: [Int16] = []
    private var bodies: [[UInt8]] = []

    /// Adds an answer to a key that is new, or that the caller leased.
    mutating func add(_ answer: Answer, for key: DoorItemKey) {
        add(answer, customer: key.customerID, key: key.key, fingerprint: key.fingerprint)
    }

    /// Adds an answer to a key that waits for one; a key that is not known stays so.
    mutating func add(_ answer: Answer, customer: CustomerID, waitingKey: String) {
        add(answer, customer: customer, key: waitingKey, fingerprint: nil)
    }

    private mutating func add(_ answer: Answer, customer: CustomerID, key: String, fingerprint: [UInt8]?) {
        customers.append(customer)
        keys.append(key)
        fingerprints.append(fingerprint)
        statuses.append(Int16(answer.status))
        bodies.append(answer.body?.bytes ?? [])
    }

    /// The calls that store them; none when there is nothing to store.
    var calls: [PostgresCall] {
        keys.isEmpty
            ? [] : [PostgresCall(Self.statement, [customers, keys, fingerprints, statuses, bodies])]
    }
}

extension Answer {
    /// An answer as it was stored.
    static func stored(_ row: PostgresRow, statusAt status: Int) throws(PostgresFailure) -> Answer? {
        guard let code = try row.decode(Int16?.self, at: status) else { return nil }
        let body = try row.decode([UInt8]?.self, at: status + 1) ?? []
        return Answer(status: Int(code), body: body.isEmpty ? nil : RawJSON(trusting: body), isReplay: true)
    }
}
