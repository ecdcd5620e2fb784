/// An error that the server answered: what it names was not done.
struct ServerError: Equatable {
    let sqlState: String
    let severity: String
    let constraint: String?
    let message: String

    init(sqlState: String, severity: String = "ERROR", constraint: String? = nil, message: String = "") {
        self.sqlState = sqlState
        self.severity = severity
        self.constraint = constraint
        self.message = message
    }

    /// The server ends the connection after it.
    var endsConnection: Bool {
        severity == "FATAL" || severity == "PANIC"
    }

    /// The connection leads to a server that takes no writes (a primary became a standby): look for another.
    var showsStandby: Bool {
        sqlState == "25006"
    }

    /// The prepared statement is gone or no longer fits its tables: preparing it again helps.
    var showsStalePlan: Bool {
        sqlState == "26000" || (sqlState == "0A000" && message.contains("cached plan"))
    }

    /// The cause passes by itself. The work was rolled back, so nothing can be done twice.
    var isWorthRetrying: Bool {
        switch sqlState {
        case "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25006", "25P03": true
        default: sqlState.hasPrefix("53") || sqlState.hasPrefix("08") || showsStalePlan
        }
    }
}
