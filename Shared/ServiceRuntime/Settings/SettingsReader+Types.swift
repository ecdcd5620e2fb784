extension SettingsReader {
    // MARK: Text

    /// A text that must be set.
    public func string(_ name: String, example: String, _ meaning: String) -> String {
        declare(name, nil, "text", meaning)
        if let text = text(name) { return text }
        addMissing(name, meaning, example: example)
        return ""
    }

    /// A text with a default.
    public func string(_ name: String, default fallback: String, _ meaning: String) -> String {
        declare(name, fallback, "text", meaning)
        return text(name) ?? fallback
    }

    /// A text that may be left out.
    public func optionalString(_ name: String, _ meaning: String) -> String? {
        declare(name, "(none)", "text", meaning)
        return text(name)
    }

    /// One of the raw values of an enumeration.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: Choice, _ meaning: String
    ) -> Choice {
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        declare(name, fallback.rawValue, "one of \(choices)", meaning)
        guard let text = text(name) else { return fallback }
        if let choice = Choice(rawValue: text) { return choice }
        add(problem: "\(name)=\(Self.shown(text)) is none of \(choices). For example: \(name)=\(fallback.rawValue)")
        return fallback
    }

    /// A text of a form that the reader doesn't know; nil when it is not set. `form` says what it has to be.
    public func optionalString(
        _ name: String, form: String, example: String, _ meaning: String, isRight: (String) -> Bool
    ) -> String? {
        declare(name, "(none)", form, meaning)
        guard let text = text(name) else { return nil }
        if isRight(text) { return text }
        add(problem: "\(name)=\(Self.shown(text)) is no \(form). For example: \(name)=\(example)")
        return nil
    }

    /// Different raw values of an enumeration, separated by commas; their order counts.
    public func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: [Choice], _ meaning: String
    ) -> [Choice] {
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let example = fallback.map(\.rawValue).joined(separator: ",")
        declare(name, example, "some of \(choices)", meaning)
        guard let text = text(name) else { return fallback }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        let read = parts.compactMap { Choice(rawValue: $0) }
        guard read.count == parts.count, Set(parts).count == parts.count else {
            add(problem: "\(name)=\(Self.shown(text)) is no list of \(choices). For example: \(name)=\(example)")
            return fallback
        }
        return read
    }

    // MARK: Numbers

    /// A whole number; it must be set where there is no default.
    public func int(
        _ name: String, default fallback: Int? = nil, in range: ClosedRange<Int>, unit: String, _ meaning: String
    ) -> Int {
        declare(name, fallback.map(String.init), unit, meaning)
        let example = String(fallback ?? range.lowerBound)
        guard let text = text(name) else {
            if fallback == nil { addMissing(name, meaning, example: example) }
            return fallback ?? range.lowerBound
        }
        if let value = Int(text), range.contains(value), !text.hasPrefix("+") { return value }
        let wrong = Int(text) == nil ? "is not a whole number of \(unit)" : "is out of range"
        add(
            problem: "\(name)=\(Self.shown(text)) \(wrong); it must be from \(range.lowerBound) to "
                + "\(range.upperBound). For example: \(name)=\(example)")
        return fallback ?? range.lowerBound
    }

    /// A span of time, in the unit that the name ends in: `_SECONDS` or `_MILLISECONDS`.
    public func duration(
        _ name: String, default fallback: Int? = nil, in range: ClosedRange<Int>, _ meaning: String
    ) -> Duration {
        let isSeconds = name.hasSuffix("_SECONDS")
        precondition(isSeconds || name.hasSuffix("_MILLISECONDS"), "\(name) doesn't end in its unit")
        let count = int(name, default: fallback, in: range, unit: isSeconds ? "seconds" : "milliseconds", meaning)
        return isSeconds ? .seconds(count) : .milliseconds(count)
    }

    /// `true` or `false`.
    public func bool(_ name: String, default fallback: Bool, _ meaning: String) -> Bool {
        declare(name, String(fallback), "true or false", meaning)
        switch text(name)?.lowercased() {
        case nil: return fallback
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        case let text?:
            add(problem: "\(name)=\(Self.shown(text)) is neither true nor false. For example: \(name)=\(fallback)")
            return fallback
        }
    }

    // MARK: Places

    /// One `host:port`; it must be set where there is no default.
    public func address(
        _ name: String, default fallback: NetworkAddress? = nil, example: String = "127.0.0.1:8080", _ meaning: String
    ) -> NetworkAddress {
        declare(name, fallback?.description, "host:port", meaning)
        return addresses(name, text(name), fallback.map { [$0] }, 1...1, example, meaning)[0]
    }

    /// One `host:port` that may be left out.
    public func optionalAddress(
        _ name: String, example: String = "127.0.0.1:8080", _ meaning: String
    ) -> NetworkAddress? {
        declare(name, "(none)", "host:port", meaning)
        guard let text = text(name) else { return nil }
        return addresses(name, text, nil, 1...1, example, meaning)[0]
    }

    /// One to `countMax` times `host:port`, separated by commas; it must be set where there is no default.
    public func addresses(
        _ name: String, default fallback: [NetworkAddress]? = nil, countMax: Int = 64,
        example: String = "127.0.0.1:8080,127.0.0.1:8081", _ meaning: String
    ) -> [NetworkAddress] {
        declare(name, fallback?.map(\.description).joined(separator: ","), "host:port,…", meaning)
        return addresses(name, text(name), fallback, 1...countMax, example, meaning)
    }

    /// The same, where it may be left out.
    public func optionalAddresses(
        _ name: String, countMax: Int = 64, example: String = "127.0.0.1:8080,127.0.0.1:8081", _ meaning: String
    ) -> [NetworkAddress]? {
        declare(name, "(none)", "host:port,…", meaning)
        guard let text = text(name) else { return nil }
        return addresses(name, text, nil, 1...countMax, example, meaning)
    }

    private func addresses(
        _ name: String, _ text: String?, _ fallback: [NetworkAddress]?, _ counts: ClosedRange<Int>, _ example: String,
        _ meaning: String
    ) -> [NetworkAddress] {
        let standIn = fallback ?? [NetworkAddress(host: "127.0.0.1", port: 0)]
        guard let text else {
            if fallback == nil { addMissing(name, meaning, example: example) }
            return standIn
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        let read = parts.compactMap { NetworkAddress($0) }
        guard read.count == parts.count, counts.contains(read.count) else {
            let form =
                counts.upperBound == 1 ? "is not host:port" : "is not a list of 1 to \(counts.upperBound) host:port"
            add(problem: "\(name)=\(Self.shown(text)) \(form). For example: \(name)=\(example)")
            return standIn
        }
        return read
    }

    /// An `http` or `https` URL; it must be set where there is no default.
    public func url(
        _ name: String, default fallback: ServiceURL? = nil, example: String, _ meaning: String
    ) -> ServiceURL? {
        declare(name, fallback?.description, "URL", meaning)
        guard let text = text(name) else {
            if fallback == nil { addMissing(name, meaning, example: example) }
            return fallback
        }
        if let url = ServiceURL(text) { return url }
        add(
            problem: "\(name) is not an http or https URL without user, query and fragment. "
                + "For example: \(name)=\(example)")
        return fallback
    }

    /// An `http` or `https` URL that may be left out.
    public func optionalURL(_ name: String, example: String, _ meaning: String) -> ServiceURL? {
        let text = optionalString(name, form: "http or https URL", example: example, meaning) { ServiceURL($0) != nil }
        return text.flatMap { ServiceURL($0) }
    }

    // MARK: Secrets

    /// A secret that must be set, by itself or by a file that `NAME_FILE` names; its value is never shown.
    public func secret(_ name: String, _ meaning: String) -> Secret {
        declare("\(name) or \(name)_FILE", nil, "secret", meaning)
        if let text = secretText(name) { return Secret(text) }
        if !hasProblem(of: name) { addMissing("\(name)_FILE", meaning, example: "/run/secrets/\(name.lowercased())") }
        return Secret("")
    }

    /// A secret that may be left out.
    public func optionalSecret(_ name: String, _ meaning: String) -> Secret? {
        declare("\(name) or \(name)_FILE", "(none)", "secret", meaning)
        return secretText(name).map(Secret.init)
    }

    /// A secret of somebody else's making that must be set, or two while one takes the other's place: `one` or
    /// `new,old`.
    public func secrets(_ name: String, _ meaning: String) -> [Secret] {
        declare("\(name) or \(name)_FILE", nil, "secret,secret", meaning)
        guard let text = secretText(name) else {
            if !hasProblem(of: name) {
                addMissing("\(name)_FILE", meaning, example: "/run/secrets/\(name.lowercased())")
            }
            return [Secret("")]
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        guard 1...2 ~= parts.count, parts.allSatisfy({ $0.utf8.count >= 8 }) else {
            add(problem: "\(name) must hold one secret, or two separated by a comma, of 8 characters or more each")
            return [Secret("")]
        }
        return parts.map { Secret($0) }
    }

    /// One signing key, or two while one takes the other's place: `id:hex` or `id:hex,id:hex`.
    public func signingKeys(_ name: String, _ meaning: String) -> SigningKeySet {
        declare("\(name) or \(name)_FILE", nil, "id:hex,id:hex", meaning)
        guard let text = secretText(name) else {
            if !hasProblem(of: name) {
                addMissing(name, meaning, example: "2026a:$(openssl rand -hex \(SigningKeySet.keyBytesMin))")
            }
            return .unread
        }
        return keySet(name, text)
    }

    /// The same, where it may be left out.
    public func optionalSigningKeys(_ name: String, _ meaning: String) -> SigningKeySet? {
        declare("\(name) or \(name)_FILE", "(none)", "id:hex,id:hex", meaning)
        return secretText(name).map { keySet(name, $0) }
    }

    private func keySet(_ name: String, _ text: String) -> SigningKeySet {
        switch SigningKeySet.parse(Self.trimmed(text[...])) {
        case .success(let keys): return keys
        case .failure(let failure):
            add(
                problem: "\(name) is not a key set: \(failure.rawValue). "
                    + "For example: \(name)=2026a:$(openssl rand -hex \(SigningKeySet.keyBytesMin))")
            return .unread
        }
    }

    static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
