public import HTTP2

extension SettingsReader {
    /// The certificates of a listener for everybody, `PREFIX_TLS_CERTIFICATE_FILE` and `PREFIX_TLS_KEY_FILE`; nil, and
    /// clear text, where neither is set.
    public func publicTLS(prefix: String) -> TLSFiles? {
        files(
            "\(prefix)_TLS", "A PEM file with the certificate that everybody sees, and those up to its authority.",
            "The PEM file of its private key.")
    }

    /// The certificates of the services among themselves, `PREFIX_INTERNAL_TLS_…`: each must show one of the authority;
    /// nil, and clear text, where none of them is set.
    public func internalTLS(prefix: String) -> TLSFiles? {
        let authority = "\(prefix)_INTERNAL_TLS_AUTHORITY_FILE"
        let path = optionalString(authority, "The PEM file of who signs the services' certificates.")
        let name = string(
            "\(prefix)_INTERNAL_TLS_NAME", default: "box-office.internal",
            "The name that the services' certificates bear.")
        let files = files(
            "\(prefix)_INTERNAL_TLS", "A PEM file with the certificate that the other services see.",
            "The PEM file of its private key.")
        guard let files, let path else {
            if files != nil || path != nil {
                add(problem: "\(prefix)_INTERNAL_TLS_CERTIFICATE_FILE, …_KEY_FILE and …_AUTHORITY_FILE go together.")
            }
            return nil
        }
        return TLSFiles(
            certificate: files.certificate, key: files.key,
            mutual: TLSFiles.Mutual(authority: path, serverName: name))
    }

    private func files(_ prefix: String, _ certificateMeaning: String, _ keyMeaning: String) -> TLSFiles? {
        let certificate = optionalString("\(prefix)_CERTIFICATE_FILE", certificateMeaning)
        let key = optionalString("\(prefix)_KEY_FILE", keyMeaning)
        guard let certificate, let key else {
            if certificate != nil || key != nil {
                add(problem: "\(prefix)_CERTIFICATE_FILE and \(prefix)_KEY_FILE go together.")
            }
            return nil
        }
        return TLSFiles(certificate: certificate, key: key)
    }
}
