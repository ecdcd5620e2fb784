extension SeatsPosition {
    /// `{epoch}.{sequence}`: a stream's event id and the query `after`.
    public var text: String { "\(epoch).\(sequence)" }

    /// Reads `{epoch}.{sequence}`, both whole and not negative; anything else is nil.
    public init?(text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let epoch = Int64(parts[0]), let sequence = Int64(parts[1])
        else { return nil }
        self.init(epoch: epoch, sequence: sequence)
    }
}
