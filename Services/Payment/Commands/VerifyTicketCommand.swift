import ArgumentParser
import Foundation
import Proof
import Ticketing
import Wire

/// Checks a ticket's proof by nothing but the file and the keys: no database, no network.
struct VerifyTicketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-ticket",
        abstract: "Check a ticket's proof offline.",
        discussion: """
            Exit codes: 0 valid; 1 not valid; 2 unreadable; 3 it agrees with itself, and no key was given.

            The proof is what GET /v1/tickets/{ticket_id}/proof answers. The keys are those of GET /v1/proof/keys, kept \
            from a moment when you trusted the seller; without one the file is only proved to agree with itself.
            """)

    /// A proof is some kilobytes.
    private static let bytesMax = 4 * 1_048_576

    @Argument(help: "The proof's file; - for standard input.")
    var file: String

    @Option(help: "A public key, 64 hexadecimal digits; may be given again.")
    var key: [KeyArgument] = []

    @Option(help: "The code on the ticket, to see that it is this one's.")
    var code: String?

    func run() async throws {
        let resource: TicketProofResource
        do {
            resource = try WireJSON.decode(TicketProofResource.self, from: try Self.bytes(of: file))
        } catch {
            print("UNREADABLE \(file): \(error)")
            throw ExitCode(2)
        }
        let canonical = code.map { TicketCode.canonical($0) ?? $0 }
        do {
            try TicketProof(resource).verify(keys: key.isEmpty ? nil : key.map(\.key), code: canonical)
        } catch {
            print("NOT VALID (\(error.rawValue)): \(error.sentence)")
            throw ExitCode(1)
        }
        print(Self.words(resource))
        guard !key.isEmpty else {
            print("UNPROVEN: the file agrees with itself, but anybody could have made it: give --key.")
            throw ExitCode(3)
        }
        print("VALID: signed under a key that you gave.")
    }

    private static func words(_ proof: TicketProofResource) -> String {
        let (ticket, change, head) = (proof.ticket, proof.change, proof.head)
        let price = ticket.price + ticket.serviceFee
        return """
            ticket   \(ticket.ticketId)
            seat     \(ticket.seatLabel) (index \(ticket.seatIndex)) of performance \(ticket.performanceId)
            order    \(ticket.orderId), \(price.amountMinor) \(price.currency)
            sold     by change \(change.sequence) at \(change.committedAt), among \(change.changes.count) seats
            head     change \(head.sequence) of epoch \(head.epoch), published \(head.publishedAt) under key \(head.keyId)
            """
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let handle = path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
        let data = try handle.read(upToCount: bytesMax) ?? Data()
        return Array(data)
    }
}

/// A public key as text.
struct KeyArgument: ExpressibleByArgument {
    let key: HeadKey

    init?(argument: String) {
        guard let key = HeadKey(argument) else { return nil }
        self.key = key
    }
}
