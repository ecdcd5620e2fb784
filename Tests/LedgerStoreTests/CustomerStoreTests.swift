import LedgerStore
import Testing
import Ticketing
import Wire

@Suite struct CustomerStoreTests {
    @Test func `an address has one account`() async throws {
        try await TestLedger.with { ledger in
            let store = CustomerStore(pool: ledger.pool)
            let customer = newID(Entity.Customer.self)
            func register(_ id: CustomerID) async throws -> CustomerStore.Registration {
                try await store.register(
                    id, role: .organizer, email: "a@example.org", name: "A", passwordHash: "scrypt:…")
            }
            #expect(try await register(customer) == .registered)
            #expect(try await register(newID(Entity.Customer.self)) == .emailTaken)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM customer") == 1)
            let credentials = try #require(try await store.credentials(email: "a@example.org"))
            #expect(credentials.customer.customerId == customer && credentials.customer.role == .organizer)
            #expect(credentials.passwordHash == "scrypt:…")
            #expect(try await store.customer(customer)?.name == "A")
            #expect(try await store.credentials(email: "b@example.org") == nil)
        }
    }

    @Test func `many accounts are made at once, all of them or none`() async throws {
        try await TestLedger.with { ledger in
            let store = CustomerStore(pool: ledger.pool)
            func customers(_ numbers: Range<Int>) -> [NewCustomer] {
                numbers.map {
                    NewCustomer(
                        customerID: newID(Entity.Customer.self), email: "\($0)@example.org", name: "N\($0)",
                        passwordHash: "none of \($0)")
                }
            }
            let first = customers(0..<300)
            #expect(try await store.register(first) == .registered)
            #expect(try await store.register(customers(299..<310)) == .emailTaken)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM customer") == 300)
            let some = try #require(try await store.credentials(email: "7@example.org"))
            #expect(some.customer.customerId == first[7].customerID && some.customer.role == .customer)
            #expect(some.customer.name == "N7" && some.passwordHash == "none of 7")
        }
    }

    @Test func `a revoked session is told to whoever asks with an older cursor`() async throws {
        try await TestLedger.with { ledger in
            let store = SessionStore(pool: ledger.pool)
            let customer = try await ledger.makeCustomer()
            let later = Timestamp.now.advanced(bySeconds: 3_600)
            let first = newID(Entity.Session.self)
            let second = newID(Entity.Session.self)
            let start = try await store.revocations(since: nil)
            #expect(start.revocations.isEmpty)
            try await store.revoke(first, of: customer, expiresAt: later)
            try await store.revoke(first, of: customer, expiresAt: later)
            let next = try await store.revocations(since: start.cursor)
            #expect(next.revocations.map(\.sessionId) == [first])
            try await store.revoke(second, of: customer, expiresAt: later)
            #expect(try await store.revocations(since: next.cursor).revocations.map(\.sessionId).contains(second))
            #expect(try await store.revocations(since: nil).revocations.count == 2)
            #expect(try await store.isRevoked(first))
            #expect(try await store.isRevoked(newID(Entity.Session.self)) == false)
            try await ledger.execute("UPDATE session_revocation SET expires_at = now() - interval '2 hours'")
            #expect(try await store.forgetEnded(limit: 1) == 1)
            #expect(try await store.forgetEnded(limit: 10) == 1)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM session_revocation") == 0)
        }
    }
}
