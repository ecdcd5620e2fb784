import Crypto

/// One file of `Migrations/`: applied once, forward only, in a transaction of its own.
public struct Migration: Sendable, Hashable {
    /// Its place, from 1 without gaps.
    public let version: Int32
    /// What it makes, in a word or two.
    public let name: String
    /// Its commands.
    public let sql: String
    /// SHA-256 of the commands: a file that was applied must not change.
    public let checksum: [UInt8]

    init(_ version: Int32, _ name: String, _ file: [UInt8]) {
        self.version = version
        self.name = name
        sql = String(decoding: file, as: UTF8.self)
        checksum = Array(SHA256.hash(data: file))
    }

    /// All of them, in their order.
    public static let all: [Migration] = [
        Migration(1, "tables", PackageResources._001_tables_sql),
        Migration(2, "seats_door", PackageResources._002_seats_door_sql),
        Migration(3, "orders", PackageResources._003_orders_sql),
        Migration(4, "payments", PackageResources._004_payments_sql),
        Migration(5, "settlements", PackageResources._005_settlements_sql),
        Migration(6, "ended_holds", PackageResources._006_ended_holds_sql),
        Migration(7, "canary", PackageResources._007_canary_sql),
        Migration(8, "messages", PackageResources._008_messages_sql),
        Migration(9, "processes", PackageResources._009_processes_sql),
        Migration(10, "money", PackageResources._010_money_sql),
        Migration(11, "proof", PackageResources._011_proof_sql),
        Migration(12, "returned_refunds", PackageResources._012_returned_refunds_sql),
        Migration(13, "retention", PackageResources._013_retention_sql),
        Migration(14, "refunds_of_dead_processes", PackageResources._014_refunds_of_dead_processes_sql),
        Migration(15, "settled_again", PackageResources._015_settled_again_sql),
        Migration(16, "cancelling_in_steps", PackageResources._016_cancelling_in_steps_sql),
        Migration(17, "labels_by_key", PackageResources._017_labels_by_key_sql),
        Migration(18, "waiting_room", PackageResources._018_waiting_room_sql),
        Migration(19, "fair_holds", PackageResources._019_fair_holds_sql),
        Migration(20, "waiting_list", PackageResources._020_waiting_list_sql),
        Migration(21, "lean_door", PackageResources._021_lean_door_sql),
        Migration(22, "sales_by_opening", PackageResources._022_sales_by_opening_sql),
        Migration(23, "offers_before_letters", PackageResources._023_offers_before_letters_sql),
        Migration(24, "holds_with_seats", PackageResources._024_holds_with_seats_sql),
        Migration(25, "room_for_lapses", PackageResources._025_room_for_lapses_sql),
    ]
}
