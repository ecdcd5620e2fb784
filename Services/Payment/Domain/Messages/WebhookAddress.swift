import NIOCore
import ServiceRuntime

/// What an organizer may have as an address, and what may be reached by it: not us, nor anything that stands beside us.
struct WebhookAddress: Sendable {
    /// What nobody but ourselves should reach, or what is nobody's (RFC 6890 and what came after it): each a range.
    private static let withheld: [NetworkRange] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { NetworkRange($0) }
    /// The part of IPv6 that is given out, and what of it leads elsewhere: Teredo, ORCHID, documentation, 6to4.
    private static let global = ["2000::/3"].compactMap { NetworkRange($0) }
    private static let withheldOfGlobal = [
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ].compactMap { NetworkRange($0) }
    private static let mapped = ["::ffff:0.0.0.0/96"].compactMap { NetworkRange($0) }
    private static let bytesMax = 2_000

    /// Ranges that may be reached although they are withheld.
    var exceptions: [NetworkRange] = []
    /// Whether `http` will do.
    var allowsClearText = false

    /// Why a text can't be an address; nil when it can.
    func problem(of url: String) -> String? {
        guard url.utf8.count <= Self.bytesMax, url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            let colon = url.firstRange(of: "://")
        else { return "It is no URL of at most \(Self.bytesMax) visible ASCII characters." }
        let scheme = url[..<colon.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" && allowsClearText else { return "It has to begin with https://." }
        let authority = url[colon.upperBound...].prefix { !"/?".contains($0) }
        guard !authority.isEmpty, !url.contains(where: { "#\\\"<>".contains($0) }), !authority.contains("@") else {
            return "It needs a host, and may have neither user nor fragment."
        }
        return nil
    }

    /// Whether a connection to a resolved address may be opened.
    func mayReach(_ peer: SocketAddress) -> Bool {
        guard peer.ipAddress != nil else { return false }
        if exceptions.contain(peer) { return true }
        if Self.mapped.contain(peer) { return !Self.withheld.contain(peer) }
        return Self.global.contain(peer) && !Self.withheldOfGlobal.contain(peer)
    }
}
