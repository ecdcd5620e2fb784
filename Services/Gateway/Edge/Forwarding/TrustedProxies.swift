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
        unwrapped(request, outermost(of: request))
    }

    /// The same, by what was already read of the request's way.
    func unwrapped(_ request: ServerRequest, _ element: ForwardedElement?) -> ServerRequest {
        guard let element, element.scheme != nil || element.host != nil else { return request }
        return request.sent(by: element.scheme, to: element.host)
    }

    /// Who sent the request, as far as trusted proxies know; nil when they don't tell.
    func client(of request: ServerRequest) -> IPAddress? {
        client(of: request, outermost(of: request))
    }

    private func client(of request: ServerRequest, _ element: ForwardedElement?) -> IPAddress? {
        guard let element else { return request.remoteAddress.flatMap { IPAddress($0) } }
        guard case .address(let address) = element.client else { return nil }
        return address
    }

    /// What a limit for each source counts the request for; nil where nobody is to be limited: for a trusted proxy itself,
    /// and for whom it does not name.
    func source(of request: ServerRequest, _ element: ForwardedElement?) -> UInt64? {
        guard let client = client(of: request, element), !isTrusted(client) else { return nil }
        return client.source
    }

    /// What the trusted proxy nearest to the client says. From the right each element was written by the one whom the
    /// next one names, so it counts for as long as those are trusted.
    func outermost(of request: ServerRequest) -> ForwardedElement? {
        guard !ranges.isEmpty, request.headerFields.contains(.forwarded),
            let peer = request.remoteAddress.flatMap({ IPAddress($0) }), isTrusted(peer)
        else { return nil }
        var outermost: ForwardedElement?
        for element in ForwardedParser.elements(of: request.headerFields.values(of: .forwarded)).reversed() {
            outermost = element
            guard case .address(let address) = element.client, isTrusted(address) else { break }
        }
        return outermost
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }
}
