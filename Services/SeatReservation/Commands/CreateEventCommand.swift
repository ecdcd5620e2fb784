import ArgumentParser
import LedgerStore
import Postgres
import ServiceRuntime
import Ticketing
import Wire

/// Puts an event with one performance up for sale.
struct CreateEventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-event", abstract: "Put an event with one performance up for sale.")

    /// What the command prints.
    private struct Created: Encodable {
        let eventId: EventID
        let performanceId: PerformanceID
    }

    @Option(help: "The event's title.")
    var title: String

    @Option(help: "What the event is.")
    var description = ""

    @Option(help: "The venue's name; it is made when there is none of this name.")
    var venue: String

    @Option(help: "The e-mail address of the organizer's account.")
    var organizer: String

    @Option(help: "The id that import-chart printed.")
    var chart: String

    @Option(help: "When the performance begins, like 2026-11-21T19:00:00Z.")
    var startsAt: String

    @Option(help: "When the sale begins; at once by default.")
    var onSaleAt: String?

    @Option(help: "When the sale ends; at the beginning of the performance by default.")
    var saleEndsAt: String?

    @Option(name: .customLong("price"), help: "LEVEL=AMOUNT in minor units; once for each price level of the chart.")
    var prices: [String] = []

    @Option(help: "The fee on each seat, in minor units.")
    var serviceFee: Int64 = 0

    @Option(help: "The tax inside of prices and fees, in hundredths of a percent.")
    var taxBasisPoints = 0

    @Option(help: "Until how many seconds before the start customers may refund their tickets; never by default.")
    var refundUntilSeconds: Int?

    @Flag(help: "Refunds include the fee.")
    var refundFee = false

    @Flag(help: "Seats of refunded tickets stay empty.")
    var blockRefundedSeats = false

    @Option(help: "The longest that somebody waits who held seats and let them lapse, in seconds; 0: nobody waits.")
    var coolDownSecondsMax = 0

    @Option(help: "Seats that one card may pay for; as many as its owners may have by default.")
    var seatsPerInstrument: Int?

    @Option(help: "For how many seconds seats that come back are offered to each who waits; no list by default.")
    var waitingListOfferSeconds: Int?
    @Flag(help: "Customers wait for their turn; those who come before the sale begins are ranked by chance.")
    var waitingRoom = false

    @Option(help: "With a waiting room: customers called in a minute, at most.")
    var admissionsPerMinute = WaitingRoomSettingsRequest(isOn: true).admissionsPerMinuteMax

    @Option(help: "With a waiting room: how long a customer who was called may choose seats, in seconds.")
    var admissionSeconds = WaitingRoomSettingsRequest(isOn: true).admissionSeconds

    @Option(help: "The ISO 4217 code of all amounts.")
    var currency = "KRW"

    @Option(help: "Seats that one customer may hold and own.")
    var seatsPerCustomer = 4

    @Option(help: "How long a hold lasts, in seconds.")
    var holdSeconds = 300

    @Option(help: "How long a payment may take, in seconds.")
    var paymentSeconds = 120

    func validate() throws {
        guard Money.isCurrency(currency) else { throw ValidationError("--currency takes three capital letters.") }
        guard serviceFee >= 0 else { throw ValidationError("--service-fee can't be negative.") }
        guard (0...10_000).contains(taxBasisPoints) else { throw ValidationError("--tax-basis-points is 0 to 10000.") }
        guard refundUntilSeconds.map({ (0...63_072_000).contains($0) }) ?? true else {
            throw ValidationError("--refund-until-seconds is 0 to 63072000.")
        }
        guard (1...1000).contains(seatsPerCustomer) else { throw ValidationError("--seats-per-customer is 1 to 1000.") }
        guard (1...86_400).contains(holdSeconds) else { throw ValidationError("--hold-seconds is 1 to 86400.") }
        guard (1...86_400).contains(paymentSeconds) else { throw ValidationError("--payment-seconds is 1 to 86400.") }
        if let fault = fairnessRule.faults.first {
            throw ValidationError("--\(fault.path.replacing("_", with: "-")) is out of range.")
        }
        guard WaitingRoomSettingsRequest.admissionsPerMinuteBounds.contains(admissionsPerMinute) else {
            throw ValidationError("--admissions-per-minute is 1 to 600000.")
        }
        guard WaitingRoomSettingsRequest.admissionSecondsBounds.contains(admissionSeconds) else {
            throw ValidationError("--admission-seconds is 30 to 7200.")
        }
        guard !title.allSatisfy(\.isWhitespace) else { throw ValidationError("--title is blank.") }
        guard !venue.allSatisfy(\.isWhitespace) else { throw ValidationError("--venue is blank.") }
    }

    func run() async throws {
        guard let chart = SeatingChartID(chart) else { throw ValidationError("--chart is not an id.") }
        let starts = try time(startsAt, "--starts-at")
        let opens = try onSaleAt.map { try time($0, "--on-sale-at") } ?? .now
        let ends = try saleEndsAt.map { try time($0, "--sale-ends-at") } ?? starts
        guard opens < ends else { throw ValidationError("The sale ends before it begins.") }
        let amounts = try amountsByLevel()
        let command = self
        let database = ServiceRuntime.settingsOrExit { SeatReservationDatabase.asService($0) }
        let created = try await LedgerJob.run(database) { pool in
            let store = CatalogueStore(pool: pool)
            var event = NewEvent(
                eventID: EventID(at: .now), organizerID: try await command.organizerID(pool), title: command.title,
                description: command.description, venue: try await command.venue(store),
                performances: [
                    NewPerformance(
                        performanceID: PerformanceID(at: .now), chartID: chart, startsAt: starts, onSaleAt: opens,
                        saleEndsAt: ends, currency: command.currency,
                        seatsPerCustomerMax: command.seatsPerCustomer, holdSeconds: command.holdSeconds,
                        paymentSeconds: command.paymentSeconds,
                        priceLevels: try await command.priceLevels(of: chart, store, amounts),
                        refundRule: RefundRuleResource(
                            selfServiceUntilSeconds: command.refundUntilSeconds,
                            includesServiceFee: command.refundFee,
                            refundedSeats: command.blockRefundedSeats ? .blocked : .available),
                        waitingRoom: command.waitingRoomSettings)
                ])
            event.performances[0].fairnessRule = command.fairnessRule
            try await store.insert(event)
            return Created(eventId: event.eventID, performanceId: event.performances[0].performanceID)
        }
        print(String(decoding: try WireJSON.encode(created), as: UTF8.self))
    }

    private var fairnessRule: FairnessRuleResource {
        FairnessRuleResource(
            coolDownSecondsMax: coolDownSecondsMax, seatsPerInstrumentMax: seatsPerInstrument,
            waitingListOfferSeconds: waitingListOfferSeconds)
    }

    private var waitingRoomSettings: WaitingRoomSettingsRequest? {
        guard waitingRoom else { return nil }
        return WaitingRoomSettingsRequest(
            isOn: true, admissionsPerMinuteMax: admissionsPerMinute, admissionSeconds: admissionSeconds)
    }

    private func time(_ text: String, _ option: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError("\(option) is not a time like 2026-11-21T19:00:00Z.")
        }
        return time
    }

    private func amountsByLevel() throws -> [String: Int64] {
        var amounts: [String: Int64] = [:]
        for price in prices {
            let parts = price.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let amount = Int64(parts[1]), amount >= 0 else {
                throw ValidationError("--price \(price) is not LEVEL=AMOUNT.")
            }
            guard amounts.updateValue(amount, forKey: String(parts[0])) == nil else {
                throw ValidationError("\(parts[0]) has two prices.")
            }
        }
        return amounts
    }

    private func organizerID(_ pool: PostgresPool) async throws -> CustomerID {
        let email = RegistrationRules.normalized(email: organizer)
        guard let account = try await CustomerStore(pool: pool).credentials(email: email)?.customer,
            account.role != .customer
        else {
            throw ValidationError("There is no organizer of the address \(organizer): make one by create-organizer.")
        }
        return account.customerId
    }

    private func venue(_ store: CatalogueStore) async throws -> NewEvent.Venue {
        if let known = try await store.venue(named: venue) { return .existing(known.venueId) }
        return .new(VenueID(at: .now), name: venue)
    }

    private func priceLevels(
        of chart: SeatingChartID, _ store: CatalogueStore, _ amounts: [String: Int64]
    ) async throws -> [NewPriceLevel] {
        guard let document = try await store.chart(chart) else { throw ValidationError("There is no chart \(chart).") }
        let levels = try WireJSON.decode(SeatingChartResource.self, from: document.document).priceLevels
        let missing = levels.map(\.priceLevelId).filter { amounts[$0] == nil }
        guard missing.isEmpty else {
            throw ValidationError("No --price for: \(missing.joined(separator: ", ")).")
        }
        let unknown = Set(amounts.keys).subtracting(levels.map(\.priceLevelId)).sorted()
        guard unknown.isEmpty else {
            throw ValidationError("The chart has no price level \(unknown.joined(separator: ", ")).")
        }
        return levels.map { level in
            NewPriceLevel(
                priceLevelID: level.priceLevelId, name: level.name, color: level.color,
                priceMinor: amounts[level.priceLevelId] ?? 0, serviceFeeMinor: serviceFee,
                taxBasisPoints: taxBasisPoints)
        }
    }
}
