/// A page of a list.
struct StripeList<Item: Decodable & Hashable & Sendable>: Decodable, Hashable, Sendable {
    let data: [Item]
    let hasMore: Bool?
}
