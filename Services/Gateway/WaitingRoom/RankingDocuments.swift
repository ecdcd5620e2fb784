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
    /// Documents on their way at once, however slowly they are taken.
    static let documentsMax = 64
    /// Pages asked for at once: each costs seat-reservation some milliseconds.
    private static let pagesMax = 4

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

    /// Who asks for a page while as many as may be are under way waits for a turn.
    private actor PageTurns {
        private var free = RankingDocuments.pagesMax
        // As many as there are documents, at most.
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func take() async {
            guard free == 0 else {
                free -= 1
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func giveBack() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }

    private let actors: ContractActors
    private let count = Mutex(0)
    private let turns = PageTurns()

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
        let answer = try await page(of: heading.performanceId, after: 0)
        guard !answer.isProblem, let first = try answer.body?.decode(RankedEntriesResource.self) else {
            return .answer(answer)
        }
        fields[.contentType] = "application/x-ndjson"
        fields[.contentDisposition] = "attachment; filename=\"ranking-\(heading.performanceId).ndjson\""
        let start = try WireJSON.encode(heading)
        return ServerResponse(
            status: .ok, headerFields: fields,
            body: .stream { [self] writer in
                defer { withExtendedLifetime(lease) {} }
                try await writer.write(ByteBuffer(bytes: start + [UInt8(ascii: "\n")]))
                var page = first
                try await writer.write(page.lines)
                while let after = page.nextAfter {
                    let answer = try await self.page(of: heading.performanceId, after: after)
                    guard !answer.isProblem, let next = try answer.body?.decode(RankedEntriesResource.self) else {
                        throw CutShort()
                    }
                    page = next
                    try await writer.write(page.lines)
                }
            })
    }

    private func page(of performance: PerformanceID, after position: Int64) async throws -> Answer {
        await turns.take()
        do {
            let answer = try await actors.waitingRoom(performance)
                .rankedEntries(RankedEntriesRequest(performanceId: performance, after: position))
            await turns.giveBack()
            return answer
        } catch {
            await turns.giveBack()
            throw error
        }
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
