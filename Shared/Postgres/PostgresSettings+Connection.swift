extension PostgresSettings {
    /// libpq's keywords for one address. libpq's own connect timeout is not used: it is ignored when non-blocking.
    func connectionParameters(host: PostgresHost, address: String) -> [(String, String)] {
        var parameters = [
            ("host", host.host),
            ("port", String(host.port)),
            ("dbname", database),
            ("user", user),
            ("application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("options", sessionOptions),
            ("sslmode", transportSecurity.rawValue),
            ("gssencmode", "disable"),
            ("target_session_attrs", requiresWritableServer ? "read-write" : "any"),
            ("keepalives", "1"),
            ("keepalives_idle", "1"),
            ("keepalives_interval", "1"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", String(unacknowledgedMaxMilliseconds)),
        ]
        if !host.isLocalSocket { parameters.append(("hostaddr", address)) }
        if let password { parameters.append(("password", password)) }
        if let rootCertificateFile { parameters.append(("sslrootcert", rootCertificateFile)) }
        return parameters
    }
}
