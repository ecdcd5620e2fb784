/// The kinds of things that have an id of their own.
public enum Entity {
    public enum Customer {}
    public enum Session {}
    public enum Venue {}
    public enum SeatingChart {}
    public enum Event {}
    public enum Performance {}
    public enum Hold {}
    public enum Order {}
    public enum Payment {}
    public enum Ticket {}
    public enum Transfer {}
    public enum Refund {}
}

/// Somebody who buys, sells or administers.
public typealias CustomerID = Identifier<Entity.Customer>
/// One sign-in of a customer.
public typealias SessionID = Identifier<Entity.Session>
/// A place with a seating chart.
public typealias VenueID = Identifier<Entity.Venue>
/// One immutable seating chart.
public typealias SeatingChartID = Identifier<Entity.SeatingChart>
/// A show.
public typealias EventID = Identifier<Entity.Event>
/// One date of a show; all that is sold hangs on it.
public typealias PerformanceID = Identifier<Entity.Performance>
/// A short claim on seats.
public typealias HoldID = Identifier<Entity.Hold>
/// A customer's commitment with a price.
public typealias OrderID = Identifier<Entity.Order>
/// One attempt at paying an order.
public typealias PaymentID = Identifier<Entity.Payment>
/// The right to enter.
public typealias TicketID = Identifier<Entity.Ticket>
/// One immutable line of the ledger.
public typealias TransferID = Identifier<Entity.Transfer>

/// One giving back of money at the provider.
public typealias RefundID = Identifier<Entity.Refund>

/// The position of a seat in its chart, from 0; the same for every performance that uses the chart.
public typealias SeatIndex = Int32
