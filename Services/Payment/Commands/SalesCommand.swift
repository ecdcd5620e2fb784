import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// How a performance sold, minute by minute.
struct SalesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sales", abstract: "Show what was held, sold and given back in each minute of a sale.")

    private static let minutesMax = 100_000

    @Argument(help: "The performance's id.")
    var performance: String

    @Flag(help: "Print the minutes as JSON, an object a line.")
    var json = false

    func run() async throws {
        guard let performance = PerformanceID(performance) else {
            throw ValidationError("That is no performance's id.")
        }
        let minutes = try await LedgerJob.run(name: "sales") { pool in
            let nobody = CustomerID(high: 0, low: 0)
            guard
                let sales = try await OrdersStore(pool: pool).sales(of: performance, organizer: nobody, isAdmin: true)
            else { throw ValidationError("There is no such performance.") }
            return try await SalesFiguresStore(pool: pool).minutes(
                of: performance, currency: sales.gross.currency, from: Timestamp(unixMicroseconds: 0),
                until: Timestamp.now.advanced(bySeconds: 60), limit: Self.minutesMax)
        }
        if !json { print("minute                holds  bought   orders  seats  gross  refunds  refunded") }
        for minute in minutes.reversed() {
            print(json ? String(decoding: try WireJSON.encode(minute), as: UTF8.self) : Self.line(minute))
        }
    }

    private static func line(_ minute: SalesMinuteResource) -> String {
        let conversion = minute.holdCount == 0 ? "-" : "\(100 * minute.boughtCount / minute.holdCount) %"
        return "\(minute.minute)  \(minute.holdCount)  \(minute.boughtCount) (\(conversion))  \(minute.orderCount)  "
            + "\(minute.seatCount)  \(MoneyText.text(minute.gross))  \(minute.refundCount)  "
            + "\(MoneyText.text(minute.refunded))"
    }
}
