/// Done; nothing more to tell.
public struct Acknowledgement: Codable, Hashable, Sendable {
    /// The one value.
    public init() {}
}
