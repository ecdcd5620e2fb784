import HTTP2
import HTTPTypes
import ServiceRuntime

/// The peers whose `Forwarded` is believed (`BOXOFFICE_TRUSTED_PROXIES`); what anybody else says there counts nothing.
struct TrustedProxies: Sendable {
    private let ranges: [NetworkRange]

    init(_ ranges: [NetworkRange] = []) {
        self.ranges = ranges
    }

    /// The request as its client sent it: from behind a trusted proxy with the client's own scheme and host.
    func unwrapped(_ request: ServerRequest) -> ServerRequest {
        guard let element = outermost(of: request), element.scheme != nil || element.host != nil else { return request }
        return request.sent(by: element.scheme, to: element.host)
    }

    /// Who sent the request, as far as trusted proxies know; nil when they don't tell.
    func client(of request: ServerRequest) -> IPAddress? {
        guard let element = outermost(of: request) else { return request.remoteAddress.flatMap { IPAddress($0) } }
        return element.address
    }

    /// What a limit for each source counts a request for; nil where nobody is to be limited: for a trusted proxy itself,
    /// and for whom it does not name.
    func source(of request: borrowing ArrivingRequest) -> UInt64? {
        guard let peer = request.remoteAddress.flatMap({ IPAddress($0) }) else { return nil }
        guard isTrusted(peer) else { return peer.source }
        guard request.contains(.forwarded),
            let client = outermost(in: request.values(of: .forwarded))?.address, !isTrusted(client)
        else { return nil }
        return client.source
    }

    /// What the trusted proxy nearest to the client says.
    private func outermost(of request: ServerRequest) -> ForwardedElement? {
        guard !ranges.isEmpty, request.headerFields.contains(.forwarded),
            let peer = request.remoteAddress.flatMap({ IPAddress($0) }), isTrusted(peer)
        else { return nil }
        return outermost(in: request.headerFields.values(of: .forwarded))
    }

    /// From the right each element was written by the one whom the next one names, so it counts for as long as those are
    /// trusted.
    private func outermost(in fields: [String]) -> ForwardedElement? {
        var outermost: ForwardedElement?
        for element in ForwardedParser.elements(of: fields).reversed() {
            outermost = element
            guard let address = element.address, isTrusted(address) else { break }
        }
        return outermost
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }
}
