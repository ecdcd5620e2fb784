import ActorTransport
import ArgumentParser
import Contracts
import Foundation
import HTTP2
import Logging
import NIOCore
import NIOPosix
import Ticketing
import ViewerCrowd
import Wire

/// Changes seats by real holds and releases at seat-reservation, at a steady rate, until standard input ends.
struct HoldSeatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Holds seats and gives them back, as a gateway would ask for it; then prints how long each hold took."
    )

    @Option(help: "A replica of seat-reservation: 127.0.0.1:9000.")
    var replica: [String]

    @Option(help: "The file with the services' keys.")
    var keysFile: String

    @Option(help: "The performance.")
    var performance: String

    @Option(help: "The first seat of those that are used.")
    var firstSeat = 0

    @Option(help: "How many seats are used.")
    var seats: Int

    @Option(help: "Seats of each hold.")
    var seatsPerHold = 6

    @Option(help: "Seats that change hands in a second.")
    var changesPerSecond = 200

    func run() async throws {
        guard let performanceID = PerformanceID(performance) else { throw ValidationError("not a performance's id") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let logger = Logger(label: "viewers") { _ in SwiftLogNoOpLogHandler() }
        let client = HTTPClient(group: group, logger: logger)
        let directory = ReplicaDirectory(
            try replica.map { text in
                guard let address = CrowdAddress(text) else {
                    throw ValidationError("\(text) is not an IPv4 address, a colon and a port")
                }
                return Endpoint(host: address.host, port: Int(address.port))
            })
        let system = ServiceActorSystem(
            coding: WireCallCoding(),
            caller: OutboundCalls(
                client: client, service: "gateway", keys: try ServiceKeyFile.read(keysFile), coding: WireCallCoding(),
                directories: ContractName.served(by: .seatReservation, in: directory), logger: logger))
        let holders = SeatHolders(
            actors: ContractActors(system: system), performance: performanceID, firstSeat: firstSeat,
            groups: seats / seatsPerHold, seatsPerHold: seatsPerHold)
        let work = Task { await holders.work(changesPerSecond: changesPerSecond) }
        while readLine() != nil {}
        await holders.stop()
        await work.value
        print(String(decoding: try WireJSON.encode(await holders.report()), as: UTF8.self))
        client.shutdown()
        try await group.shutdownGracefully()
    }
}
