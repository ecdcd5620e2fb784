import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// Refunds tickets of an order, whatever the performance's rule says of customers.
struct RefundOrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Refund an order, or some of its tickets. A running payment service makes the refund.")

    @Argument(help: "The order's id.")
    var order: String

    @Option(name: .customLong("ticket"), help: "A ticket's id, once for each; all that are left when there is none.")
    var tickets: [String] = []

    @Option(help: "Why, in your own words.")
    var reason: String

    @Option(help: "Your own name for this wish: with the same name it is carried out once.")
    var key: String?

    func run() async throws {
        guard let order = OrderID(order) else { throw ValidationError("That is no order's id.") }
        let tickets = try self.tickets.map { text in
            guard let ticket = TicketID(text) else { throw ValidationError("\(text) is no ticket's id.") }
            return ticket
        }
        let command = RefundCommand(
            askerId: Operator.id, asker: .operator, orderId: order, idempotencyKey: Operator.key(key),
            fingerprint: Operator.fingerprint([order.description] + self.tickets + [reason]),
            ticketIds: tickets.isEmpty ? nil : tickets, reason: reason)
        let answer = try await LedgerJob.run(name: "refund") { pool in
            try await Refunds(door: PerformanceDoor(pool: pool), on: pool).ask(command)
        }
        print(answer.bodyText)
        if answer.isProblem { throw ExitCode(1) }
    }
}
