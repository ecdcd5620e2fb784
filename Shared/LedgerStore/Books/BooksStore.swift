public import Ledger
public import Postgres
public import Ticketing

/// The books as such: balances at any instant, payouts, what providers keep.
public struct BooksStore: Sendable {
    private static let balancesStatement = StatementLibrary.statement("account_balances")
    private static let payout = StatementLibrary.statement("payout_write")
    private static let rules = StatementLibrary.statement("provider_fee_rules")
    private static let setRule = StatementLibrary.statement("provider_fee_rule_write")

    private let pool: PostgresPool

    /// The ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// What stood on the accounts at an instant, by what was posted until then: of one kind or all, of one owner or all.
    public nonisolated(nonsending) func balances(
        at time: Timestamp, kind: LedgerAccountKind? = nil, owner: String? = nil
    ) async throws(PostgresFailure) -> [AccountBalance] {
        var balances: [AccountBalance] = []
        for row in try await pool.execute(Self.balancesStatement, [time, kind?.rawValue, owner]) {
            let kind = try row.word(LedgerAccountKind.self, at: 0)
            let currency = try row.decode(String.self, at: 2)
            let debits = try row.money(at: 3, in: currency)
            let credits = try row.money(at: 4, in: currency)
            let difference = debits.amountMinor - credits.amountMinor
            balances.append(
                AccountBalance(
                    account: kind, owner: try row.decode(at: 1), debits: debits, credits: credits,
                    balance: Money(
                        amountMinor: kind.normalSide == .debit ? difference : -difference, currency: currency)))
        }
        return balances
    }

    /// Records that an organizer was sent money, once for each reference.
    public nonisolated(nonsending) func payOut(
        _ amount: Money, to organizer: CustomerID, reference: String, as id: PayoutID
    ) async throws(PostgresFailure) -> PayoutDecision {
        let rows = try await pool.execute(
            Self.payout, [id, organizer, amount.amountMinor, amount.currency, reference])
        guard let row = rows.first else { throw .unexpectedValue("nothing for PayoutDecision") }
        let payable = try row.money(at: 2, in: amount.currency)
        let word = try row.decode(String.self, at: 0)
        switch word {
        case "paid_out": return .paidOut(try row.decode(at: 1), payable: payable)
        case "repeated": return .repeated(try row.decode(at: 1), payable: payable)
        case "reference_used": return .referenceUsed(try row.decode(at: 1))
        case "more_than_payable": return .moreThanPayable(payable)
        default: throw .unexpectedValue("the word \(word) for PayoutDecision")
        }
    }

    /// What each provider keeps.
    public nonisolated(nonsending) func providerFeeRules() async throws(PostgresFailure) -> [ProviderFeeRule] {
        var rules: [ProviderFeeRule] = []
        for row in try await pool.execute(Self.rules) {
            rules.append(
                ProviderFeeRule(
                    provider: try row.decode(at: 0), currency: try row.decode(at: 1),
                    basisPoints: Int(try row.decode(Int32.self, at: 2)), fixedMinor: try row.decode(at: 3)))
        }
        return rules
    }

    /// From now on a provider keeps this.
    public nonisolated(nonsending) func set(_ rule: ProviderFeeRule) async throws(PostgresFailure) {
        _ = try await pool.execute(
            Self.setRule, [rule.provider, rule.currency, Int32(rule.basisPoints), rule.fixedMinor])
    }
}
