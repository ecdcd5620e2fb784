/// Which migrations are left to do, or why none may be done. Pure.
enum MigrationPlan {
    struct Applied: Hashable, Sendable {
        let version: Int32
        let checksum: [UInt8]
    }

    static func pending(of known: [Migration], applied: [Applied]) throws(MigrationFailure) -> [Migration] {
        let newest = known.last?.version ?? 0
        if let newer = applied.map(\.version).max(), newer > newest {
            throw .databaseIsNewer(version: newer, newestKnown: newest)
        }
        let checksums = Dictionary(uniqueKeysWithValues: applied.map { ($0.version, $0.checksum) })
        var pending: [Migration] = []
        for migration in known {
            switch checksums[migration.version] {
            case .none: pending.append(migration)
            case .some(migration.checksum): continue
            case .some: throw .changedAfterwards(version: migration.version, name: migration.name)
            }
        }
        return pending
    }
}
