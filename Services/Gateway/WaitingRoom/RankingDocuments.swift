import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Ticketing
import Wire

/// Published rankings, passed on page by page as their receivers take them. What is published never changes, so that
/// whoever stands between may keep it.
final class RankingDocuments: Sendable {
    /// Documents on their way at once; each page costs seat-reservation some milliseconds.
    static let documentsMax = 4

    /// Counts a document for as long as anybody holds it: a body that nobody asks for is let go unread.
    private final class Lease: Sendable {
        private let documents: RankingDocuments

        init(_ documents: RankingDocuments) {
            self.documents = documents
        }

        deinit {
            documents.count.withLock { $0 -= 1 }
        }
    }

    private let actors: ContractActors
    private let count = Mutex(0)

    init(actors: ContractActors) {
        self.actors = actors
    }

    /// The document behind a heading, or 304 when the asker has it.
    func response(to request: ServerRequest, _ heading: RankingHeading) async throws -> ServerResponse {
        let tag = "\"\(heading.listHash.prefix(24))\""
        var fields: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=31536000, immutable"]
        if CompressedDocument.matches(request.headerFields[.ifNoneMatch], tag) {
            return ServerResponse(status: .notModified, headerFields: fields)
        }
        guard let lease = take() else { throw EdgeRefusal(.overloaded) }
        let room = try actors.waitingRoom(heading.performanceId)
        let answer = try await room.rankedEntries(
            RankedEntriesRequest(performanceId: heading.performanceId, after: 0))
        guard !answer.isProblem, let first = try answer.body?.decode(RankedEntriesResource.self) else {
            return .answer(answer)
        }
        fields[.contentType] = "application/x-ndjson"
        fields[.contentDisposition] = "attachment; filename=\"ranking-\(heading.performanceId).ndjson\""
        let start = try WireJSON.encode(heading)
        return ServerResponse(
            status: .ok, headerFields: fields,
            body: .stream { writer in
                defer { withExtendedLifetime(lease) {} }
                try await writer.write(ByteBuffer(bytes: start + [UInt8(ascii: "\n")]))
                var page = first
                try await writer.write(page.lines)
                while let after = page.nextAfter {
                    let answer = try await room.rankedEntries(
                        RankedEntriesRequest(performanceId: heading.performanceId, after: after))
                    guard !answer.isProblem, let next = try answer.body?.decode(RankedEntriesResource.self) else {
                        throw CutShort()
                    }
                    page = next
                    try await writer.write(page.lines)
                }
            })
    }

    /// The rest could not be had: the stream ends as one that failed, not as one that is whole.
    private struct CutShort: Error {}

    private func take() -> Lease? {
        let hasRoom = count.withLock { count in
            guard count < Self.documentsMax else { return false }
            count += 1
            return true
        }
        return hasRoom ? Lease(self) : nil
    }
}
