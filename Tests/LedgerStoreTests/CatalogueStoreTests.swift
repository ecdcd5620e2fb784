import Crypto
import LedgerStore
import Postgres
import Testing
import Ticketing
import Wire

@Suite struct CatalogueStoreTests {
    @Test func `a chart is kept byte for byte`() async throws {
        try await TestLedger.with { ledger in
            let store = CatalogueStore(pool: ledger.pool)
            let id = newID(Entity.SeatingChart.self)
            let document = Array(#"{"name":"홀"}"#.utf8)
            let seats = [
                NewChart.Seat(priceLevel: 0, label: "Row A, seat 1"), NewChart.Seat(priceLevel: 1, label: "나열 2번"),
            ]
            try await store.insert(NewChart(chartID: id, name: "홀", document: document, seats: seats))
            let chart = try #require(try await store.chart(id))
            #expect(chart.document == document)
            #expect(chart.contentHash == Array(SHA256.hash(data: document)))
            #expect(try await store.seatLabels(of: [1, 0, 5], in: id) == [0: "Row A, seat 1", 1: "나열 2번"])
            #expect(try await store.seatCount(of: id) == 2)
            #expect(try await store.chart(newID(Entity.SeatingChart.self)) == nil)
        }
    }

    @Test func `an event is put up with its performances, prices and seats`() async throws {
        try await TestLedger.with { ledger in
            let store = CatalogueStore(pool: ledger.pool)
            let performance = try await ledger.makePerformance { $0.seatCount = 100 }
            let sale = try #require(try await store.sale(of: performance))
            #expect(sale.seatCount == 100 && sale.unsoldCount == 100)
            #expect(sale.saleState == .onSale)
            let resource = try #require(try await store.performance(performance))
            #expect(resource.priceLevels.map(\.price.amountMinor) == [1000, 2000, 3000])
            #expect(resource.seatingChartUrl == "/v1/seating-charts/\(sale.chartID)")
            #expect(resource.eventTitle == "A show" && resource.venue.name == "A hall")
            let event = try #require(try await store.event(sale.eventID))
            #expect(event.priceFrom == Money(amountMinor: 1000, currency: "KRW"))
            #expect(event.performances.map(\.performanceId) == [performance])
            #expect(try await ledger.states(performance).count == 100)
            #expect(try await store.venue(named: "A hall")?.venueId == resource.venue.venueId)
        }
    }

    @Test func `sales that open soon or opened lately are found, the last to open first`() async throws {
        try await TestLedger.with { ledger in
            let store = CatalogueStore(pool: ledger.pool)
            var performances: [PerformanceID] = []
            for secondsAfter in [-700, -500, 30, 90, -500] as [Int64] {
                performances.append(
                    try await ledger.makePerformance {
                        $0.seatCount = 1
                        $0.onSaleAfterSeconds = secondsAfter
                    })
            }
            #expect(try await store.setSaleState(.paused, of: performances[4]))
            func opening(_ limit: Int) async throws -> [PerformanceID] {
                try await store.performances(openedWithin: .seconds(600), opensWithin: .seconds(60), limit: limit)
            }
            #expect(try await opening(10) == [performances[2], performances[1]])
            #expect(try await opening(1) == [performances[2]])
        }
    }

    @Test func `an event with an unknown chart leaves nothing behind`() async throws {
        try await TestLedger.with { ledger in
            let performance = ledger.makeNewPerformance(
                TestLedger.Sale(), chart: newID(Entity.SeatingChart.self))
            let event = NewEvent(
                eventID: newID(Entity.Event.self), organizerID: try await ledger.makeCustomer(role: .organizer),
                title: "A show", description: "", venue: .new(newID(Entity.Venue.self), name: "A hall"),
                performances: [performance])
            await #expect(throws: PostgresFailure.self) {
                try await CatalogueStore(pool: ledger.pool).insert(event)
            }
            #expect(try await ledger.execute(count: "SELECT count(*) FROM event") == 0)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM venue") == 0)
        }
    }

    @Test func `events are found by text and time, page by page`() async throws {
        try await TestLedger.with { ledger in
            let store = CatalogueStore(pool: ledger.pool)
            let organizer = try await ledger.makeCustomer(role: .organizer)
            let chart = try await ledger.makeChart(seatCount: 3)
            let venue = newID(Entity.Venue.self)
            var venueToUse = NewEvent.Venue.new(venue, name: "잠실")
            for number in 0..<5 {
                var performance = ledger.makeNewPerformance(TestLedger.Sale(), chart: chart)
                performance.startsAt = Timestamp.now.advanced(bySeconds: Int64(3_600 * (number + 1)))
                try await store.insert(
                    NewEvent(
                        eventID: newID(Entity.Event.self), organizerID: organizer, title: "Night \(number)",
                        description: number == 2 ? "Encore" : "", venue: venueToUse, performances: [performance]))
                venueToUse = .existing(venue)
            }
            let first = try await store.events(limit: 2)
            #expect(first.items.map(\.title) == ["Night 0", "Night 1"])
            let cursor = try #require(first.next)
            #expect(EventCursor(text: cursor.text) == cursor)
            let second = try await store.events(after: cursor, limit: 2)
            #expect(second.items.map(\.title) == ["Night 2", "Night 3"])
            let last = try await store.events(after: second.next, limit: 2)
            #expect(last.items.map(\.title) == ["Night 4"] && last.next == nil)
            #expect(try await store.events(matching: "eNCORe", limit: 10).items.map(\.title) == ["Night 2"])
            #expect(try await store.events(matching: "잠실", limit: 10).items.count == 5)
            #expect(try await store.events(matching: "%", limit: 10).items.isEmpty)
            let middle = try await store.events(
                from: Timestamp.now.advanced(bySeconds: 5_000), to: Timestamp.now.advanced(bySeconds: 12_000),
                limit: 10)
            #expect(middle.items.map(\.title) == ["Night 1", "Night 2"])
        }
    }

    @Test(
        arguments: [
            "", ".", "0", "0.", ".00000000-0000-0000-0000-000000000000", "!.00000000-0000-0000-0000-000000000000",
            "-1y2p0ij32e8e8.00000000-0000-0000-0000-000000000000", "-1.00000000-0000-0000-0000-000000000000",
            "1y2p0ij32e8e7.00000000-0000-0000-0000-000000000000", "0.00000000-0000-0000-0000-00000000000",
        ])
    func `a cursor that no page gave is none`(text: String) {
        #expect(EventCursor(text: text) == nil)
    }

    @Test func `what people see of a sale follows from its state, its times and its seats`() {
        let noon = Timestamp(unixMicroseconds: 1_000_000_000_000)
        func visible(_ state: StoredSaleState, at seconds: Int64, unsold: Int = 1) -> SaleState {
            state.visible(
                onSaleAt: noon, saleEndsAt: noon.advanced(bySeconds: 100), unsoldCount: unsold,
                at: noon.advanced(bySeconds: seconds))
        }
        #expect(visible(.open, at: -1) == .upcoming)
        #expect(visible(.open, at: 0) == .onSale)
        #expect(visible(.open, at: 0, unsold: 0) == .soldOut)
        #expect(visible(.open, at: 100) == .ended)
        #expect(visible(.paused, at: -1) == .upcoming)
        #expect(visible(.paused, at: 1) == .paused)
        #expect(visible(.paused, at: 100) == .ended)
        #expect(visible(.ended, at: 1) == .ended)
        #expect(visible(.cancelled, at: -1) == .cancelled)
    }
}
