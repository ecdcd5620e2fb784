public import Postgres
public import Ticketing

/// A kind of batch that goes through the seats' door: items in, one call of a function, one outcome for each item out.
///
/// The function follows the convention of migration 2: its first row (`item` 0) is the batch's reading, then comes one
/// row for each item, in the items' order. Columns 0 to 6 are the same for every kind; a kind's own start at
/// `DoorColumn.own`.
public protocol DoorBatch: Sendable {
    /// What one caller asks for.
    associatedtype Item: Sendable
    /// What one caller is answered, refusals included.
    associatedtype Outcome: Sendable

    /// The kind's name in metrics and logs: `hold`, `release`, ….
    static var name: String { get }
    /// The call of the function; `$1` is the performance.
    static var statement: Statement { get }
    /// The answer to every item when there is no such performance.
    static var unknownPerformance: Outcome { get }

    /// Items in one batch of this kind, where the door's own limit is higher.
    static var itemsMax: Int { get }

    /// The statement's values for items of one performance.
    static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable]
    /// Reads an item's row.
    static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Outcome

    /// By which key of which customer the item is asked for; nil when it is repeatable without.
    ///
    /// Items of one key and fingerprint are asked once, and those that came later get `repeated(outcome)`. Those of one
    /// key and different fingerprints never share a batch.
    static func key(of item: Item) -> DoorItemKey?
    /// What a repetition within the same batch is answered.
    static func repeated(_ outcome: Outcome) -> Outcome

    /// Whether `prepared` has anything to do: without, a batch is one statement and one round trip.
    static var isPrepared: Bool { get }
    /// The items as they are asked for, once something was read in the same transaction: the statements here take the
    /// performance's lock, so that nothing changes between them and the batch.
    nonisolated(nonsending) static func prepared(
        _ items: [Item], in performance: PerformanceID, by transaction: PostgresTransaction
    ) async throws -> [Item]

    /// Calls that are made in the same transaction once the outcomes are known, before the commit: to store answers.
    static func completion(
        of outcomes: [(item: Item, outcome: Outcome)], in performance: PerformanceID
    ) throws
        -> [PostgresCall]
    /// Whether `completion` has anything to do: without, a batch is one statement and one round trip.
    static var hasCompletion: Bool { get }

    /// The answer to an item that broke a constraint when it ran alone; nil when that is our bug.
    static func outcome(ofConstraint constraint: String, for item: Item) -> Outcome?
}

extension DoorBatch {
    /// As many as the door's own limit allows.
    public static var itemsMax: Int { .max }
    /// Items of a batch without keys.
    public static func key(of item: Item) -> DoorItemKey? { nil }
    /// A repeated item is answered as the first one was.
    public static func repeated(_ outcome: Outcome) -> Outcome { outcome }
    public static var isPrepared: Bool { false }
    /// The items are asked for as they came.
    public nonisolated(nonsending) static func prepared(
        _ items: [Item], in performance: PerformanceID, by transaction: PostgresTransaction
    ) async throws -> [Item] { items }
    public static var hasCompletion: Bool { false }
    /// Nothing is left to write.
    public static func completion(
        of outcomes: [(item: Item, outcome: Outcome)], in performance: PerformanceID
    ) throws -> [PostgresCall] { [] }
    /// A broken constraint is our bug.
    public static func outcome(ofConstraint constraint: String, for item: Item) -> Outcome? { nil }
}
