import LedgerStore
import Proof
import WaitingRoom
import Wire

extension WaitingRoomReading {
    /// What everybody may read of the room.
    var published: PublishedWaitingRoomResource {
        PublishedWaitingRoomResource(
            performanceId: performanceID, state: state, opensAt: opensAt, seedHash: Self.hexadecimal(seedHash),
            listHash: listHash.map(Self.hexadecimal), listedCount: listedCount, listedAt: listedAt,
            seed: seed.map(Self.hexadecimal), seedPublishedAt: seedPublishedAt,
            rankingUrl: seed == nil ? nil : "/v1/performances/\(performanceID)/waiting-room/ranking")
    }

    /// The line as it stands, with a forecast.
    func standing(_ forecast: LineForecast) -> LineStanding {
        LineStanding(
            published: published, isOn: settings.isOn, entryCount: entryCount, front: front,
            admittedCount: admittedCount, admissionSeconds: settings.admissionSeconds, forecast: forecast,
            readAt: readAt)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        // Hashes and seeds have 32 bytes, by the ledger's own checks.
        ProofHash(bytes: bytes)?.description ?? ""
    }
}
