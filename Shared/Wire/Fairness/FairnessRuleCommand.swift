/// An organizer's wish for another rule for what happens after a sale's opening.
public struct FairnessRuleCommand: Codable, Hashable, Sendable {
    /// Which performance, and who asks.
    public var sales: PerformanceSalesRequest
    /// The rule from now on.
    public var rule: FairnessRuleResource

    /// All members.
    public init(sales: PerformanceSalesRequest, rule: FairnessRuleResource) {
        self.sales = sales
        self.rule = rule
    }
}
