/// The files of `Queries/`, embedded in the executable.
enum QueryFiles {
    static let all: [[UInt8]] = [
        PackageResources.audit_sql,
        PackageResources.books_sql,
        PackageResources.canary_sql,
        PackageResources.cancellations_sql,
        PackageResources.catalogue_sql,
        PackageResources.customers_sql,
        PackageResources.fairness_sql,
        PackageResources.holds_sql,
        PackageResources.messages_sql,
        PackageResources.orders_sql,
        PackageResources.payments_sql,
        PackageResources.proof_sql,
        PackageResources.refunds_sql,
        PackageResources.sandbox_sql,
        PackageResources.schema_sql,
        PackageResources.seats_sql,
        PackageResources.statements_sql,
        PackageResources.waiting_rooms_sql,
    ]
}
