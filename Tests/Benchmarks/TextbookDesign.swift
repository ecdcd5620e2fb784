import TestSupport

/// What came of a wave in which many wanted the same seats.
struct SeatWave {
    /// Seats that more than one customer was told to have.
    let soldTwice: Int
    /// Wishes a second.
    let perSecond: Double
}

/// How a seat is sold in many a book: find it, look whether it is free, save it as sold. Driven by pgbench with prepared
/// statements; each customer goes through all seats, as everybody sees the same list.
struct TextbookDesign {
    let server: PostgresServer
    let database: String
    let seats: Int
    let customers: Int

    func prepare() throws {
        try server.execute(
            """
            CREATE TABLE textbook_seat (seat_index integer PRIMARY KEY, state smallint NOT NULL DEFAULT 0, buyer integer)
                WITH (fillfactor = 40);
            CREATE TABLE textbook_sale (wave integer NOT NULL, seat_index integer NOT NULL, buyer integer NOT NULL);
            INSERT INTO textbook_seat (seat_index) SELECT generate_series(0, \(seats - 1))
            """, in: database)
        try server.execute("VACUUM ANALYZE textbook_seat", in: database)
    }

    /// Gives all seats back, and lets everybody buy.
    func sell(wave: Int) throws -> SeatWave {
        try server.execute("UPDATE textbook_seat SET state = 0, buyer = NULL", in: database)
        let output = try server.pgbench(
            """
            \\set seat :next
            \\set next :next + 1
            SELECT state FROM textbook_seat WHERE seat_index = :seat \\gset
            \\if :state = 0
            BEGIN;
            UPDATE textbook_seat SET state = 2, buyer = :client_id WHERE seat_index = :seat;
            INSERT INTO textbook_sale (wave, seat_index, buyer) VALUES (\(wave), :seat, :client_id);
            COMMIT;
            \\endif
            """,
            ["-M", "prepared", "-c", "\(customers)", "-j", "2", "-t", "\(seats)", "-D", "next=0"], in: database)
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(line.split(separator: " ")[2])
        else { throw StoreBenchmarkFailure.unreadable(output) }
        let twice = try server.execute(
            """
            SELECT count(*) FROM (SELECT FROM textbook_sale WHERE wave = \(wave)
                GROUP BY seat_index HAVING count(*) > 1) AS twice
            """, in: database)
        guard let soldTwice = Int(twice) else { throw StoreBenchmarkFailure.unreadable(twice) }
        return SeatWave(soldTwice: soldTwice, perSecond: rate)
    }
}
