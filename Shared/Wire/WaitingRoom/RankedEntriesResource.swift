/// A page of the published ranking.
public struct RankedEntriesResource: Codable, Hashable, Sendable {
    /// Lines of the document, each with its end: `[number,"entry_id"]`, the first in line first.
    public var lines: String
    /// The position of the page's last entry; absent behind the last page.
    public var nextAfter: Int64?

    /// All members.
    public init(lines: String, nextAfter: Int64? = nil) {
        self.lines = lines
        self.nextAfter = nextAfter
    }
}
