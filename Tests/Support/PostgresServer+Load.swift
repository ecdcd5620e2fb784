import Foundation

extension PostgresServer {
    /// Drives a database by `pgbench` with a script of its language, and answers what it printed.
    public func pgbench(_ script: String, _ options: [String], in database: String) throws -> String {
        let file = folder + "/script.sql"
        // One command a line, as pgbench wants meta commands; SQL may span lines.
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let arguments =
            [Self.tool("pgbench"), "-n", "-f", file] + options
            + ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", database]
        return try ServerProcess.run(arguments, in: "/")
    }
}
