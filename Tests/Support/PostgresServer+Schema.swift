extension PostgresServer {
    /// A database's schema as `pg_dump` writes it, without comments, settings, owners and blank lines. `excluding` is a
    /// pattern of tables to leave out.
    public func schema(of database: String, excluding pattern: String) throws -> String {
        let arguments = [
            Self.tool("pg_dump"), "--schema-only", "--no-owner", "--exclude-table=\(pattern)", "-h", "127.0.0.1",
            "-p", String(port), "-U", "postgres", "-d", database,
        ]
        let lines = try ServerProcess.run(arguments, in: "/").split(separator: "\n").filter { line in
            !["--", "\\", "SET ", "SELECT pg_catalog."].contains { line.hasPrefix($0) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
