/// An organizer's wish for another rule for refunds.
public struct RefundRuleCommand: Codable, Hashable, Sendable {
    /// Which performance, and who asks.
    public var sales: PerformanceSalesRequest
    /// The rule from now on.
    public var rule: RefundRuleResource

    /// All members.
    public init(sales: PerformanceSalesRequest, rule: RefundRuleResource) {
        self.sales = sales
        self.rule = rule
    }
}
